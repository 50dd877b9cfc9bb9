#!/bin/bash
# load.sh BUILD [ROUNDS]: how long do many unit files take? First `svctl verify DIR` on 2,500 to 20,000 files with five
# dependencies each: load, check, order; the column per unit tells whether it is linear. Then a running svinit with 10,000
# such units, none of them started: `svctl daemon-reload` after one file has changed, and what only reading all the files
# takes a C program (read_all). What the reload takes beyond that has a goal of 100 ms. Medians of ROUNDS (7).
# shellcheck source=tests/bench/bench.bash
. "$(dirname "$0")/bench.bash"
rounds=${1:-${SHORT:+2}}
rounds=${rounds:-7}
counts=(2500 5000 10000 20000) reloaded=10000
[ -z "$SHORT" ] || counts=(250 500) reloaded=500

# write_units DIR COUNT: unit I requires five with lower numbers, spread over all of them: no cycle, and chains of about 50.
write_units() {
	mkdir "$1"
	awk -v dir="$1" -v count="$2" 'BEGIN {
		for (i = 0; i < count; i++) {
			file = dir "/u" i ".ini"
			printf "[Unit]\nDescription=Unit %d\n", i >file
			for (k = 1; k <= 5 && i > 5; k++)
				printf "%su%d", k == 1 ? "Requires=" : " ", int(i * k / 6) >file
			printf "\n[Service]\nExec=/bin/sleep 100000\nRestart=on-failure\n[Resources]\nTasksMax=8\n" >file
			close(file)
		} }'
}

# milliseconds FILE: its median.
milliseconds() {
	awk -v usec="$(median "$1")" 'BEGIN { printf "%.1f", usec / 1000 }'
}

verify_many() {
	local count i

	printf '%-40s %10s %12s\n' 'svctl verify, 5 dependencies a unit' ms 'us a unit'
	for count in "${counts[@]}"; do
		write_units "$W/many" "$count"
		for ((i = 0; i < rounds; i++)); do
			sample "verify$count" 1 "$BIN/svctl" verify "$W/many"
		done
		rm -rf "$W/many"
		awk -v n="$count" -v usec="$(median "verify$count")" \
			'BEGIN { printf "%34d units %10.1f %12.1f\n", n, usec / 1000, usec / n }'
	done
}

reload_many() {
	local i

	write_units "$W/units" "$reloaded"
	svinit_start
	for ((i = 0; i < rounds; i++)); do
		sed -i "s/^TasksMax=.*/TasksMax=$((10 + i))/" "$W/units/u7.ini"
		sample reload 1 ctl daemon-reload
		"$W/read_all" "$W/units" >>"$W/read"
	done
	ctl show u7 | grep -q "^TasksMax=$((9 + rounds)) " || { echo "the change did not arrive" >&2; return 1; }
	svinit_stop
	printf '\nsvctl daemon-reload, %d units, 1 changed %10s ms\n' "$reloaded" "$(milliseconds reload)"
	printf 'reading the files only                    %10s ms\n' "$(milliseconds read)"
	awk -v a="$(median reload)" -v b="$(median read)" 'BEGIN {
		printf "the difference                            %10.1f ms (goal for 10,000: at most 100)\n", (a - b) / 1000 }'
}

${CC:-cc} -std=gnu17 -O2 -D_GNU_SOURCE -o "$W/read_all" "$bench_dir/read_all.c"
versions
verify_many
reload_many
