#!/bin/bash
# status.sh BUILD [ROUNDS]: how long does one wait for the state of 1,000 running services, and of one of them? The median of
# ROUNDS (31) calls of each command, in turns; milliseconds, with the start of the command itself. The peers do less in some
# and more in others: s6-svstat reads one file and knows nothing of memory; `sv status` of all is one call with 1,000 names.
# shellcheck source=tests/bench/bench.bash
. "$(dirname "$0")/bench.bash"
rounds=${1:-${SHORT:+3}}
rounds=${rounds:-31}
count=1000
[ -z "$SHORT" ] || count=20
ulimit -n "$(ulimit -Hn)"

service_directory() {
	mkdir -p "$W/services/$1/u$2"
	printf '#!/bin/sh\nexec sleep 100000\n' >"$W/services/$1/u$2/run"
	chmod +x "$W/services/$1/u$2/run"
}

# row FILE TEXT
row() {
	awk -v text="$2" -v usec="$(median "$1")" 'BEGIN { printf "%-48s %8.1f ms\n", text, usec / 1000 }'
}

svinit_status() {
	local i names

	mkdir "$W/units"
	for ((i = 0; i < count; i++)); do
		printf '[Container]\nNamespaces=none\n[Network]\nMode=host\n[Service]\nExec=/bin/sleep 100000\n' \
			>"$W/units/u$i.ini"
	done
	mapfile -t names < <(printf 'u%d\n' $(seq 0 $((count - 1))))
	svinit_start
	ctl start "${names[@]}" >/dev/null
	for ((i = 0; i < rounds; i++)); do
		sample version 1 ctl --version
		sample json 1 ctl status --json
		sample table 1 ctl status
		sample unit 1 ctl status u7
		sample active 1 ctl is-active u7
	done
	svinit_stop
	row version "svctl --version (asks nobody)"
	row json "svctl status --json, $count units"
	row table "svctl status, $count units"
	row unit "svctl status UNIT, with its log"
	row active "svctl is-active UNIT"
}

s6_status() {
	local i

	for ((i = 0; i < count; i++)); do service_directory s6 "$i"; done
	s6-svscan -c 4000 "$W/services/s6" >"$W/s6.out" 2>&1 &
	wait_for 120 running "$count" sleep
	for ((i = 0; i < rounds; i++)); do
		sample s6 1 s6-svstat "$W/services/s6/u7"
	done
	end_all $!
	row s6 "s6-svstat SERVICE"
}

runit_status() {
	local i

	for ((i = 0; i < count; i++)); do service_directory runit "$i"; done
	runsvdir "$W/services/runit" >"$W/runit.out" 2>&1 &
	wait_for 120 running "$count" sleep
	for ((i = 0; i < rounds; i++)); do
		sample sv 1 sv status "$W/services/runit/u7"
		sample sv_all 1 sv status "$W"/services/runit/u*
	done
	end_all $!
	row sv "sv status SERVICE (runit)"
	row sv_all "sv status of $count services (runit)"
}

# supervisorctl's exit status is its opinion of the services; what counts here is that it lists them.
supervisorctl_status() {
	supervisorctl -c "$W/supervisord.conf" status "$@" >"$W/listed" || :
	grep -q RUNNING "$W/listed"
}

supervisor_status() {
	printf '[supervisord]\nnodaemon=true\nminfds=%d\nlogfile=%s/log\npidfile=%s/pid\nchildlogdir=%s\n' \
		$((1024 + count * 4)) "$W" "$W" "$W" >"$W/supervisord.conf"
	cat >>"$W/supervisord.conf" <<-END
		[unix_http_server]
		file=$W/supervisor.sock
		[rpcinterface:supervisor]
		supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
		[supervisorctl]
		serverurl=unix://$W/supervisor.sock
		[program:u]
		command=/bin/sleep 100000
		process_name=u%(process_num)d
		numprocs=$count
	END
	supervisord -c "$W/supervisord.conf" >"$W/supervisor.out" 2>&1 &
	wait_for 120 running "$count" sleep
	sleep 2 # until it calls them running
	for ((i = 0; i < (rounds + 3) / 4; i++)); do
		sample supervisor 1 supervisorctl_status u:u7
		sample supervisor_all 1 supervisorctl_status
	done
	end_all $!
	row supervisor "supervisorctl status SERVICE"
	row supervisor_all "supervisorctl status, $count services"
}

versions
svinit_status
s6_status
runit_status
supervisor_status
