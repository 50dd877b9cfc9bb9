#!/bin/sh
# How fast is the log? 3 million lines (240 MB) through svlogd, through `cat | cat > file` and
# through s6-log, in turns; prints the medians and the ratios.
#
#   log.sh BUILD [ROUNDS]       BUILD/bin/svlogd is measured
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=${1:?usage: log.sh BUILD [ROUNDS]}
rounds=${2:-${BENCH_SHORT:+1}}
rounds=${rounds:-7}
svlogd=$(cd "$build/bin" && pwd)/svlogd
work=$(mktemp -d /tmp/svinit-bench-log.XXXXXX)
trap 'rm -rf "$work"' EXIT INT TERM

${CC:-cc} -std=gnu17 -O2 -D_GNU_SOURCE -I "$top/supervisor" -o "$work/log_driver" \
	"$here/log_driver.c" "$top/supervisor/proto/frame.c" "$top/supervisor/proto/rights.c" \
	"$top/supervisor/base/fd.c"
awk 'BEGIN { for (i = 0; i < 3000000; i++)
	printf "%09d the quick brown fox jumps over the lazy dog, then it does that again!!!\n", i }' \
	> "$work/input"

# Runs a shell command in $work and appends its seconds to the file $1.
timed() {
	begin=$(date +%s%N)
	sh -c "$2"
	end=$(date +%s%N)
	echo "$begin $end" | awk '{ printf "%.4f\n", ($2 - $1) / 1e9 }' >> "$1"
}

median() {
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

cd "$work"
i=0
while [ "$i" -lt "$rounds" ]; do
	timed cat.s 'cat input | cat > output'
	rm -f output
	"$work/log_driver" "$svlogd" "$work/input" >> svlogd.s
	if command -v s6-log > /dev/null && [ "$i" -lt 3 ]; then
		timed s6.s 'cat input | s6-log t s268435455 ./s6'
		rm -rf s6
	fi
	i=$((i + 1))
done

cat_s=$(median cat.s)
svlogd_s=$(median svlogd.s)
printf 'input              %s bytes, 3000000 lines\n' "$(wc -c < input)"
printf 'cat | cat > file   %s s\n' "$cat_s"
printf 'svlogd             %s s   %s x cat (target: at most 1.5)\n' "$svlogd_s" \
	"$(echo "$svlogd_s $cat_s" | awk '{ printf "%.2f", $1 / $2 }')"
if [ -s s6.s ]; then
	s6_s=$(median s6.s)
	printf 's6-log             %s s   %s x svlogd (target: at least 8)\n' "$s6_s" \
		"$(echo "$s6_s $svlogd_s" | awk '{ printf "%.1f", $1 / $2 }')"
fi
