#!/bin/bash
# start.sh BUILD [ROUNDS]: what does starting /bin/true in a container cost? In turns, ROUNDS (10) times: 100 oneshot units of
# svinit one after another, 100 units at once, 100 starts of floor.c (the kernel's share alone) and 20 of crun. Prints
# microseconds a start, from the start to the reported end, as medians over the rounds, and the ratios.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=$(realpath "${1:?usage: start.sh BUILD [ROUNDS]}")/bin
rounds=${2:-10}
readonly batch=100 crun_batch=20
[ "$(id -u)" -eq 0 ] || { echo "start.sh: needs root" >&2; exit 1; }

work=$(mktemp -d /tmp/svinit-bench.XXXXXX)
init=
finish() {
	if [ -n "$init" ]; then
		kill -TERM "$init" 2>/dev/null || :
		wait "$init" || :
	fi
	rm -rf --one-file-system "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

ctl() {
	"$bin/svctl" --runtime "$work/run" "$@"
}

now_us() {
	echo $(($(date +%s%N) / 1000))
}

# measure FILE COUNT COMMAND...: appends the microseconds of one of COUNT starts that the command makes.
measure() {
	local file=$1 count=$2 begin

	shift 2
	begin=$(now_us)
	"$@" >"$work/output" 2>&1 || { cat "$work/output" >&2; exit 1; }
	echo $((($(now_us) - begin) / count)) >>"$work/$file"
}

median() {
	sort -n "$work/$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

ratio() {
	awk -v a="$(median "$1")" -v b="$(median "$2")" 'BEGIN { printf "%.2f", a / b }'
}

make_units() {
	local i previous

	mkdir "$work/units"
	for ((i = 0; i < batch; i++)); do
		previous=$((i - 1))
		printf '[Container]\nRootfs=%s\n[Service]\nType=oneshot\nExec=/bin/true\n' "$work/bundle/rootfs" |
			tee "$work/units/all$i.ini" >"$work/units/chain$i.ini"
		((i == 0)) || printf '[Unit]\nAfter=chain%d\n' "$previous" >>"$work/units/chain$i.ini"
	done
}

make_bundle() {
	mkdir "$work/bundle"
	"$here/../../contrib/rootfs/make-rootfs" --busybox "$work/bundle/rootfs" >/dev/null
	(cd "$work/bundle" && crun spec)
	jq '.process.terminal = false | .process.args = ["/bin/true"] | .linux.resources = {}' \
		"$work/bundle/config.json" >"$work/config" && mv "$work/config" "$work/bundle/config.json"
}

# Debian's crun refuses a hybrid machine whose v2 part has controllers: it is not shown that part.
crun_starts() {
	# shellcheck disable=SC2016
	unshare --mount bash -c '
		! [ -d /sys/fs/cgroup/unified ] || umount -l /sys/fs/cgroup/unified
		for ((i = 0; i < $2; i++)); do
			crun --root "$1/crun-state" run --bundle "$1/bundle" "bench-$$-$i" </dev/null || exit 1
		done' - "$work" "$crun_batch"
}

# floor prints a median of its own; it stands beside the others as the time of the whole.
floor_starts() {
	"$work/floor-program" "$work/bundle/rootfs" "$batch"
}

${CC:-cc} -std=gnu17 -O2 -D_GNU_SOURCE -o "$work/floor-program" "$here/floor.c"
make_bundle
make_units
chain=() all=()
for ((i = 0; i < batch; i++)); do
	chain+=("chain$i")
	all+=("all$i")
done
"$bin/svinit" --units "$work/units" --runtime "$work/run" --state "$work/state" --logs "$work/logs" \
	</dev/null >"$work/svinit.log" 2>&1 &
init=$!
for ((i = 0; i < 100; i++)); do
	ctl status --json >/dev/null 2>&1 && break
	sleep 0.1
done

ctl start "${all[@]}" >/dev/null # every name is looked up once, every log made, before anything is timed
for ((round = 0; round < rounds; round++)); do
	measure chain "$batch" ctl start "${chain[@]}"
	measure floor "$batch" floor_starts
	measure all "$batch" ctl start "${all[@]}"
	command -v crun >/dev/null && measure crun "$crun_batch" crun_starts
done

printf '%-44s %6s us a start\n' "floor (bare clone3, pivot_root, exec)" "$(median floor)"
printf '%-44s %6s us a start, %s x the floor\n' "svinit, $((rounds * batch)) units one after another" \
	"$(median chain)" "$(ratio chain floor)"
printf '%-44s %6s us a start, %s x the floor\n' "svinit, $((rounds * batch)) units, $batch asked for at once" \
	"$(median all)" "$(ratio all floor)"
[ ! -e "$work/crun" ] || printf '%-44s %6s us a start, %s x svinit one after another\n' "crun run" \
	"$(median crun)" "$(ratio crun chain)"
