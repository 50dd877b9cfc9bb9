#!/bin/bash
# restart.sh BUILD [SERVICES]: from kill -9 of a service to the first lines of its successor's main(). In 3 turns,
# SERVICES (20) services of each supervisor run for 3 seconds, then each is killed once, one after the other; of s6 and
# supervisord, which take a second each, 12 in all. It is the best case of each: svinit with RestartSec=0 restarts the first time without a delay (further
# ends within 10 s of the start are delayed by 10 ms, doubling); runit delays only what ran for less than a second; s6 and
# supervisord (startsecs=1) take their second also here. The floor is a loop of fork, exec and wait. Prints microseconds.
# shellcheck source=tests/bench/bench.bash
. "$(dirname "$0")/bench.bash"
services=${1:-${SHORT:+5}}
services=${services:-20}
turns=${SHORT:-3}
readonly run_msec=3000
probe=$W/root/bin/restart_probe socket=$W/out/socket

# begin: listens for the services; the supervisor is started after it.
begin() {
	rm -f "$socket"
	"$probe" measure "$socket" "$services" "$run_msec" >"$W/usec" 2>"$W/probe.err" &
	measuring=$!
	wait_for 5 test -S "$socket"
}

# finish FILE: when all were killed, adds what they took to it.
finish() {
	if wait "$measuring"; then
		cat "$W/usec" >>"$W/$1.usec"
	else
		echo "$1: $(cat "$W/probe.err")" >&2
		failed=1
	fi
}

# row FILE TEXT
row() {
	[ -s "$W/$1.usec" ] || return 0
	sort -n "$W/$1.usec" | awk -v text="$2" '{ v[NR] = $1 } END {
		printf "%-28s %4d kills   median %8d us   p10 %8d   p90 %8d\n", text, NR, v[int((NR + 1) / 2)],
			v[int(NR / 10) + 1], v[int(NR * 9 / 10)] }'
}

# each COMMAND...: for the number of every service.
each() {
	local i

	for ((i = 0; i < services; i++)); do
		"$@" "$i"
	done
}

plain_unit() {
	printf '[Container]\nNamespaces=none\n[Network]\nMode=host\n[Service]\nExec=%s serve %s\n%s\n' \
		"$probe" "$socket" $'Restart=always\nRestartSec=0' >"$W/units/u$1.ini"
}

container_unit() {
	printf '[Container]\nRootfs=%s\nVolume=%s:/out\n[Service]\nExec=/bin/restart_probe serve /out/socket\n%s\n' \
		"$W/root" "$W/out" $'Restart=always\nRestartSec=0' >"$W/units/u$1.ini"
}

# svinit_restarts FILE KIND
svinit_restarts() {
	local names

	mkdir -p "$W/units"
	each "$2_unit"
	mapfile -t names < <(each printf 'u%d\n')
	begin
	svinit_start
	ctl start "${names[@]}" >/dev/null
	finish "$1"
	svinit_stop
}

# service_directory PEER I: they leave different things in it, so each has its own.
service_directory() {
	mkdir -p "$W/$1/u$2"
	printf '#!/bin/sh\nexec %s serve %s\n' "$probe" "$socket" >"$W/$1/u$2/run"
	chmod +x "$W/$1/u$2/run"
}

supervisor_conf() {
	printf '[supervisord]\nnodaemon=true\nlogfile=%s/log\npidfile=%s/pid\nchildlogdir=%s\n' "$W" "$W" "$W"
	printf '[program:u]\ncommand=%s serve %s\nprocess_name=u%%(process_num)d\nnumprocs=%d\n' \
		"$probe" "$socket" "$services"
	printf 'autorestart=true\nstdout_logfile=NONE\nstderr_logfile=NONE\n'
}

# peer FILE COMMAND...
peer() {
	local text=$1

	shift
	begin
	"$@" >"$W/peer.out" 2>&1 &
	peer=$!
	finish "$text"
	end_all "$peer"
}

loops() {
	local i

	for ((i = 0; i < services; i++)); do
		"$probe" loop "$socket" &
	done
	wait
}

failed=0 measuring=
"$bench_dir/../../contrib/rootfs/make-rootfs" --busybox "$W/root" >/dev/null
mkdir -m 777 "$W/out"
${CC:-cc} -std=gnu17 -O2 -D_GNU_SOURCE -static -o "$probe" "$bench_dir/restart_probe.c"
each service_directory runit

versions
for ((turn = 0; turn < turns; turn++)); do
	peer floor loops
	svinit_restarts plain plain
	svinit_restarts container container
	peer runit runsvdir "$W/runit"
	rm -rf "$W"/runit/*/supervise
done
services=$((services < 12 ? services : 12))
each service_directory s6
supervisor_conf >"$W/supervisord.conf"
peer s6 s6-svscan "$W/s6"
peer supervisord supervisord -c "$W/supervisord.conf"

row floor 'floor (fork, exec, wait)'
row plain 'svinit, plain processes'
row container 'svinit, containers'
row runit runit
row s6 s6
row supervisord supervisord
exit "$failed"
