# What every integration test stands on; sourced first. The runner (run-one) has put the test into a
# pid namespace, a mount namespace and a group (cgroup) of its own, so all that is there when it ends was
# left by svinit: test_finish() looks for processes, mounts, groups, sockets and pipes.
#
# Given: $BIN (the programs), $ROOT (a busybox root file system, not to be written to), $T (a directory of
# the test's own). Made here: $UNITS $RUNTIME $STATE $LOGS below $T.
#
# A test is a script that reads top down. The first expectation that does not hold ends it.
# shellcheck shell=bash disable=SC2034
set -uo pipefail

UNITS=$T/units RUNTIME=$T/run STATE=$T/state LOGS=$T/logs
INIT_PID=
TEST_FAILED=

# say TEXT: into the log of the test.
say() {
	echo "$*" >&2
}

# fail TEXT: ends the test.
fail() {
	say "FAILED at line ${BASH_LINENO[${FAIL_DEPTH:-0}]}: $*"
	TEST_FAILED=1
	exit 1
}

# skip REASON: ends the test; what it needs is not on this machine.
skip() {
	echo "$*" >"$T/skipped"
	exit 77
}

# unit NAME: a unit file from standard input.
unit() {
	cat >"$UNITS/$1.ini"
}

# extend NAME: more lines of a unit file, from standard input.
extend() {
	cat >>"$UNITS/$1.ini"
}

# sh_unit NAME: a unit that runs the shell script from standard input in a container on $ROOT. It sees its
# script in /scripts and may write to /out, which is $T/out here.
sh_unit() {
	cat >"$T/scripts/$1"
	unit "$1" <<-END
		[Container]
		Rootfs=$ROOT
		Volume=$T/scripts:/scripts:ro
		Volume=$T/out:/out
		[Service]
		Exec=/bin/sh /scripts/$1
	END
}

# out NAME: what a unit wrote to /out/NAME; empty when there is nothing.
out() {
	cat "$T/out/$1" 2>/dev/null
}

# ctl ARG...: svctl against this test's supervisor.
ctl() {
	"$BIN/svctl" --runtime "$RUNTIME" "$@"
}

# launch_svinit [OPTION...]: in the background, without waiting. Sets INIT_PID.
launch_svinit() {
	"$BIN/svinit" --units "$UNITS" --runtime "$RUNTIME" --state "$STATE" --logs "$LOGS" "$@" \
		</dev/null >>"$T/svinit.log" 2>&1 &
	INIT_PID=$!
}

# The manager answers.
control_answers() {
	ctl version >/dev/null 2>&1 && ctl status --json >"$T/.status" 2>/dev/null
}

init_is_gone() {
	! kill -0 "$INIT_PID" 2>/dev/null
}

# start_svinit [OPTION...]: and waits until its control socket answers.
start_svinit() {
	launch_svinit "$@"
	wait_for 'control_answers || init_is_gone' 20
	if init_is_gone; then
		INIT_PID=
		FAIL_DEPTH=1 fail "svinit ended at once: $(tail -n 5 "$T/svinit.log")"
	fi
}

# stop_svinit [SIGNAL]: and waits for its end; its exit status is in STATUS.
stop_svinit() {
	[ -n "$INIT_PID" ] || return 0
	kill "-${1:-TERM}" "$INIT_PID" 2>/dev/null
	wait_for 'init_is_gone' "${STOP_SECONDS:-30}"
	wait "$INIT_PID"
	STATUS=$?
	INIT_PID=
}

# wait_for CONDITION [SECONDS]: until the shell code succeeds.
wait_for() {
	local end=$(($(date +%s%N) / 1000000 + ${2:-10} * 1000))

	until eval "$1"; do
		if (($(date +%s%N) / 1000000 > end)); then
			FAIL_DEPTH=1 fail "waited ${2:-10} s for: $1"
		fi
		sleep 0.05
	done
}

# expect CONDITION [TEXT]: the shell code succeeds now.
expect() {
	eval "$1" || FAIL_DEPTH=1 fail "expected: $1 ${2:+($2)}"
}

# expect_eq WHAT WANT GOT
expect_eq() {
	[ "$2" = "$3" ] || FAIL_DEPTH=1 fail "$1: want '$2', got '$3'"
}

# expect_match WHAT REGEX GOT: an extended regular expression.
expect_match() {
	[[ $3 =~ $2 ]] || FAIL_DEPTH=1 fail "$1: want something like '$2', got '$3'"
}

# expect_status N COMMAND...: its output is in OUTPUT, both streams.
expect_status() {
	local want=$1 got

	shift
	OUTPUT=$("$@" 2>&1)
	got=$?
	[ "$got" = "$want" ] || FAIL_DEPTH=1 fail "'$*': want exit status $want, got $got: $OUTPUT"
}

# field UNIT FILTER: of the unit's status, by jq; `field web .pid`.
field() {
	ctl status --json "$1" 2>/dev/null | jq -r ".units[0]$2"
}

# state UNIT: its `active`.
state() {
	field "$1" .active
}

# pid UNIT: of its main process, as this test sees it.
pid() {
	field "$1" .pid
}

# wait_state UNIT STATE [SECONDS]
wait_state() {
	local end=$(($(date +%s) + ${3:-10})) got

	until got=$(state "$1"); [ "$got" = "$2" ]; do
		if (($(date +%s) > end)); then
			FAIL_DEPTH=1 fail "waited for $1 to be $2, it is '$got': $(field "$1" '|tostring')"
		fi
		sleep 0.05
	done
}

# system FILTER: of the whole, by jq; `system .state`.
system() {
	ctl status --json | jq -r ".system$1"
}

# log_of UNIT: its messages alone, without svinit's own remarks.
log_of() {
	ctl logs -o cat "$1" 2>/dev/null | grep -v '^svinit: '
}

# helper ROLE: the pid of svmanager, svbox or svlogd.
helper() {
	ps -o pid= -C "$1" | head -n 1 | tr -d ' '
}

# needs PROGRAM PACKAGE
needs() {
	command -v "$1" >/dev/null || skip "no $1: apt-get install $2"
}

# group_file UNIT FILE...: the first of the files that is in one of the unit's groups, its content. Give
# the v2 name and the v1 name.
group_file() {
	local unit=$1 mount file leaf

	shift
	while IFS= read -r mount; do
		for leaf in $(find "$mount/$TEST_GROUP" -type d -name "$unit.unit" 2>/dev/null); do
			for file in "$@"; do
				[ -e "$leaf/$file" ] && cat "$leaf/$file" && return 0
			done
		done
	done < <(cgroup_mounts)
	return 1
}

cgroup_mounts() {
	sed -n -E 's/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ ([^ ]+) .* - cgroup2? .*/\1/p' /proc/self/mountinfo
}

# The groups that are there below this test's own.
leftover_groups() {
	local path mount

	while IFS= read -r mount; do
		path=$mount/$TEST_GROUP
		[ -d "$path" ] && find "$path" -mindepth 1 -type d
	done < <(cgroup_mounts)
}

# Every process of this pid namespace but pid 1 and this shell. Builtins only, so that it finds nothing
# of its own. What is just about to end gets two seconds.
leftover_processes() {
	local i p stat found

	for ((i = 0; i < 20; i++)); do
		found=
		for p in /proc/[0-9]*; do
			p=${p#/proc/}
			[[ $p == 1 || $p == "$$" || $p == "$BASHPID" ]] && continue
			read -r stat <"/proc/$p/stat" && found+="${stat%%) *}) "
		done 2>/dev/null
		[ -n "$found" ] || return 0
		read -r -t 0.1 <> <(:)
	done
	echo "$found"
}

test_finish() {
	local status=$? left

	trap - EXIT
	[ -z "$INIT_PID" ] || stop_svinit
	((status == 77)) && exit 77
	if [ -z "$TEST_FAILED" ] && ((status == 0)); then
		left=$(leftover_processes)
		[ -z "$left" ] || { status=1; say "left behind, processes: $left"; }
		left=$(diff "$T/.mounts" <(cut -d' ' -f5 /proc/self/mountinfo | sort))
		[ -z "$left" ] || { status=1; say "left behind, mounts: $left"; }
		left=$(leftover_groups)
		[ -z "$left" ] || { status=1; say "left behind, groups: $left"; }
		left=$(find "$T" -path "$ROOT" -prune -o \( -type p -o -type s \) -print 2>/dev/null)
		[ -z "$left" ] || { status=1; say "left behind, sockets or pipes: $left"; }
	fi
	left=$(cat "$T"/sanitizer.* "$T/svinit.log" 2>/dev/null |
		grep -E -A 20 'AddressSanitizer|LeakSanitizer|runtime error:')
	[ -z "$left" ] || { status=1; say "sanitizer: $left"; }
	exit "$status"
}

mkdir -p "$UNITS" "$T/scripts" "$T/out"
chmod 1777 "$T/out"
cut -d' ' -f5 /proc/self/mountinfo | sort >"$T/.mounts"
trap test_finish EXIT
