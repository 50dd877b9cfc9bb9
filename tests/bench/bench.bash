# What every script here stands on; sourced first, with the script's own arguments. It runs the script again as pid 1 of a
# pid and mount namespace of its own, so that whatever it started or mounted is gone when it ends, however that is.
#
# Given: a build directory as first argument. Made here: $BIN (the programs), $W (a directory of the script's own, removed
# at the end), $SHORT (1 when BENCH_SHORT is set: fewer rounds, to see that all works, not to measure).
# shellcheck shell=bash disable=SC2034
set -euo pipefail
bench_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/support/setup.bash
. "$bench_dir/../support/setup.bash"
SHORT=${BENCH_SHORT:+1}
BENCH_INIT=

if [ -z "${BENCH_WORK:-}" ]; then
	[ "$(id -u)" -eq 0 ] || { echo "$0: needs root" >&2; exit 1; }
	[ -x "${1:?usage: $0 BUILD}/bin/svinit" ] || { echo "$0: no $1/bin/svinit: build first" >&2; exit 1; }
	# shellcheck disable=SC2086
	install_packages $integration_packages $bench_packages
	BENCH_WORK=$(mktemp -d /tmp/svinit-bench.XXXXXX)
	export BENCH_WORK
	chmod 755 "$BENCH_WORK"
	trap 'rm -rf --one-file-system "$BENCH_WORK"' EXIT
	trap 'exit 1' INT TERM
	unshare --pid --mount --fork --kill-child --mount-proc bash "$0" "$@" </dev/null
	exit
fi
W=$BENCH_WORK
BIN=$(realpath "$1")/bin
shift

# svinit_start: svinit on the units in $W/units; waits until it answers. Sets BENCH_INIT.
svinit_start() {
	local i

	"$BIN/svinit" --units "$W/units" --runtime "$W/run" --state "$W/state" --logs "$W/logs" \
		</dev/null >"$W/svinit.log" 2>&1 &
	BENCH_INIT=$!
	for ((i = 0; i < 100; i++)); do
		ctl status --json >/dev/null 2>&1 && return
		sleep 0.1
	done
	echo "svinit does not answer:" >&2
	tail -n 5 "$W/svinit.log" >&2
	return 1
}

# svinit_stop: its groups (cgroups) are outside of our namespaces, so it ends in order even when the script fails.
svinit_stop() {
	[ -n "$BENCH_INIT" ] || return 0
	kill -TERM "$BENCH_INIT" 2>/dev/null || :
	wait "$BENCH_INIT" 2>/dev/null || :
	BENCH_INIT=
	rm -rf --one-file-system "$W/units" "$W/run" "$W/state" "$W/logs"
}
trap svinit_stop EXIT
trap 'exit 1' INT TERM

# ctl ARG...: svctl against it.
ctl() {
	"$BIN/svctl" --runtime "$W/run" "$@"
}

# end_all PID: asks a supervisor to end and takes the rest of the namespace with it; we are pid 1 of it.
end_all() {
	disown "$1" 2>/dev/null || : # bash need not say that it was killed
	kill -TERM "$1" 2>/dev/null || :
	kill -KILL -1 2>/dev/null || :
	wait_for 30 alone
}

alone() {
	[ -z "$(pgrep -v -x 'bash|pgrep')" ]
}

# now_us: microseconds, without a process.
now_us() {
	echo "${EPOCHREALTIME/[.,]/}"
}

# sample FILE COUNT COMMAND...: appends what one of the COUNT things that the command does takes, in microseconds.
sample() {
	local file=$1 count=$2 begin=

	shift 2
	begin=${EPOCHREALTIME/[.,]/}
	"$@" >"$W/output" 2>&1 || { tail -n 5 "$W/output" >&2; return 1; }
	echo $(((${EPOCHREALTIME/[.,]/} - begin) / count)) >>"$W/$file"
}

# median FILE: of the numbers in $W/FILE.
median() {
	sort -n "$W/$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# quotient FILE FILE: of their medians.
quotient() {
	awk -v a="$(median "$1")" -v b="$(median "$2")" 'BEGIN { printf "%.2f", a / b }'
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		((SECONDS < end)) || { echo "waited in vain for: $*" >&2; return 1; }
		sleep 0.1
	done
}

# running COUNT NAME: so many processes of that name exist.
running() {
	(($(pgrep -cx "$2") >= $1))
}

# versions: what the figures belong to.
versions() {
	printf '# %s, %s processors, Linux %s, %s\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort -u | head -n 1)" \
		"$(nproc)" "$(uname -r)" "$(date -u +%F)"
	[ -z "$SHORT" ] || echo "# BENCH_SHORT is set: too few rounds to compare"
}
