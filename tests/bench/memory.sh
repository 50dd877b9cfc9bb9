#!/bin/bash
# memory.sh BUILD: what do a supervisor's own processes hold when it keeps 0, 100 and 1,000 processes running (`sleep`)? PSS
# of /proc/PID/smaps_rollup: private pages, and its share of those that several processes map. The kernel's own memory
# for a process (stack, page tables, about 50 to 100 KiB) is in no PSS; the number of processes is printed for that.
#
# svinit: plain processes (Namespaces=none) and containers; it keeps a log of each. s6 and runit: without a logger, and s6
# with s6-log for each. supervisord keeps a log of each. tini and `svinit --` run one process as pid 1 does.
# shellcheck source=tests/bench/bench.bash
. "$(dirname "$0")/bench.bash"
counts=(0 100 1000) containers=200
[ -z "$SHORT" ] || counts=(0 20) containers=10
base=0 # of the same supervisor without services
ulimit -n "$(ulimit -Hn)"

# report TEXT COUNT NAME...: the processes of these names, and nothing else of theirs.
report() {
	local text=$1 count=$2 pids processes=0 kib=0 pid part

	shift 2
	sleep 1
	pids=$(pgrep -x "$(IFS='|'; echo "$*")")
	for pid in $pids; do
		part=$(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$pid/smaps_rollup")
		kib=$((kib + part)) processes=$((processes + 1))
	done
	((count != 0)) || base=$kib
	awk -v text="$text" -v n="$count" -v kib="$kib" -v p="$processes" -v base="$base" 'BEGIN {
		printf "%-34s %5d services %5d processes %8d KiB", text, n, p, kib
		if (n > 1) printf "  %7.1f KiB a service", (kib - base) / n
		print "" }'
}

# plain_unit I / container_unit I
plain_unit() {
	printf '[Container]\nNamespaces=none\n[Network]\nMode=host\n[Service]\nExec=/bin/sleep 100000\n' \
		>"$W/units/u$1.ini"
}

container_unit() {
	printf '[Container]\nRootfs=%s\n[Service]\nExec=/bin/sleep 100000\n' "$W/root" >"$W/units/u$1.ini"
}

# svinit_with TEXT COUNT KIND
svinit_with() {
	local i names=()

	mkdir -p "$W/units"
	for ((i = 0; i < $2; i++)); do
		"$3_unit" "$i"
		names+=("u$i")
	done
	svinit_start
	((${#names[@]} == 0)) || ctl start "${names[@]}" >/dev/null
	wait_for 60 running "$2" sleep
	report "$1" "$2" svinit svmanager svbox svlogd
	svinit_stop
}

script() {
	mkdir -p "${1%/*}"
	printf '#!/bin/sh\nexec %s\n' "$2" >"$1"
	chmod +x "$1"
}

# s6_with TEXT COUNT LOGGED
s6_with() {
	local i pid names=(s6-svscan s6-supervise)

	for ((i = 0; i < $2; i++)); do
		script "$W/s6/u$i/run" 'sleep 100000'
		[ -z "$3" ] || script "$W/s6/u$i/log/run" "s6-log n5 s10485760 $W/s6log/u$i"
	done
	mkdir -p "$W/s6" "$W/s6log"
	[ -z "$3" ] || names+=(s6-log)
	s6-svscan -c 4000 "$W/s6" >"$W/s6.out" 2>&1 &
	pid=$!
	wait_for 120 running "$2" sleep
	[ -z "$3" ] || wait_for 120 running "$2" s6-log
	report "$1" "$2" "${names[@]}"
	end_all "$pid"
	rm -rf "$W/s6" "$W/s6log"
}

# runit_with TEXT COUNT: runsvdir starts at most 1,000 services.
runit_with() {
	local i pid

	mkdir -p "$W/runit"
	for ((i = 0; i < $2; i++)); do
		script "$W/runit/u$i/run" 'sleep 100000'
	done
	runsvdir "$W/runit" >"$W/runit.out" 2>&1 &
	pid=$!
	wait_for 120 running "$2" sleep
	report "$1" "$2" runsvdir runsv
	end_all "$pid"
	rm -rf "$W/runit"
}

supervisor_with() {
	local pid

	mkdir -p "$W/supervisor"
	printf '[supervisord]\nnodaemon=true\nminfds=%d\nlogfile=%s/log\npidfile=%s/pid\nchildlogdir=%s\n' \
		$((1024 + $2 * 4)) "$W/supervisor" "$W/supervisor" "$W/supervisor" >"$W/supervisor/conf"
	(($2 == 0)) || printf '[program:u]\ncommand=/bin/sleep 100000\nprocess_name=u%%(process_num)d\nnumprocs=%d\n' \
		"$2" >>"$W/supervisor/conf"
	supervisord -c "$W/supervisor/conf" >"$W/supervisor.out" 2>&1 &
	pid=$!
	sleep 2
	wait_for 120 running "$2" sleep
	report "$1" "$2" supervisord
	end_all "$pid"
	rm -rf "$W/supervisor"
}

# one TEXT NAMES COMMAND...: one process below a pid 1 of its own.
one() {
	local text=$1 programs=$2 pid

	shift 2
	unshare --pid --fork --kill-child "$@" >"$W/one.out" 2>&1 &
	pid=$!
	wait_for 20 running 1 sleep
	# shellcheck disable=SC2086
	report "$text" 1 $programs
	end_all "$pid"
}

"$bench_dir/../../contrib/rootfs/make-rootfs" --busybox "$W/root" >/dev/null
versions
one 'tini -- sleep' tini tini -- sleep 100000
one 'svinit -- sleep' 'svinit svmanager svbox svlogd' "$BIN/svinit" -- sleep 100000
for n in "${counts[@]}"; do svinit_with 'svinit, plain processes' "$n" plain; done
for n in 0 "$containers"; do svinit_with 'svinit, containers' "$n" container; done
for n in "${counts[@]}"; do s6_with 's6' "$n" ''; done
for n in "${counts[@]}"; do s6_with 's6 with an s6-log each' "$n" logged; done
for n in "${counts[@]}"; do runit_with 'runit' "$n"; done
for n in "${counts[@]}"; do supervisor_with 'supervisord' "$n"; done
