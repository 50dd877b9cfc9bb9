#!/bin/bash
# start.sh BUILD [ROUNDS]: what does it cost to run /bin/true in a container, from asking to the reported end? In turns,
# ROUNDS (10) times: 100 oneshot units of svinit one after another, 100 units at once, 100 starts of floor.c (the kernel's
# share alone), 20 each of bubblewrap, crun and runc, 5 of systemd-nspawn, all of the same busybox root. Prints microseconds a
# start as medians over the rounds, and the ratios.
#
# Not all do the same: bubblewrap makes no control group and filters nothing; crun and runc are as `crun spec` says, without
# limits; systemd-nspawn registers nothing and has a private network; svinit keeps a log.
# shellcheck source=tests/bench/bench.bash
. "$(dirname "$0")/bench.bash"
rounds=${1:-${SHORT:+2}}
rounds=${rounds:-10}
readonly batch=100 peer_batch=20 nspawn_batch=5

make_units() {
	local i

	mkdir "$W/units"
	for ((i = 0; i < batch; i++)); do
		printf '[Container]\nRootfs=%s\n[Service]\nType=oneshot\nExec=/bin/true\n' "$W/bundle/rootfs" |
			tee "$W/units/all$i.ini" >"$W/units/chain$i.ini"
		((i == 0)) || printf '[Unit]\nAfter=chain%d\n' $((i - 1)) >>"$W/units/chain$i.ini"
	done
}

make_bundle() {
	mkdir "$W/bundle"
	"$bench_dir/../../contrib/rootfs/make-rootfs" --busybox "$W/bundle/rootfs" >/dev/null
	mkdir -p "$W/bundle/rootfs/etc" && : >"$W/bundle/rootfs/etc/os-release" # systemd-nspawn wants one
	(cd "$W/bundle" && crun spec)
	jq '.process.terminal = false | .process.args = ["/bin/true"] | .linux.resources = {}' \
		"$W/bundle/config.json" >"$W/config" && mv "$W/config" "$W/bundle/config.json"
}

# floor prints a median of its own; it stands beside the others as the time of the whole.
floor_starts() {
	"$W/floor-program" "$W/bundle/rootfs" "$batch"
}

# Debian's crun refuses a hybrid machine whose v2 part it finds: it is not shown that part.
crun_starts() {
	# shellcheck disable=SC2016
	unshare --mount bash -c '
		! [ -d /sys/fs/cgroup/unified ] || umount -l /sys/fs/cgroup/unified
		for ((i = 0; i < $2; i++)); do
			crun --root "$1/crun-state" run --bundle "$1/bundle" "bench-$3-$i" </dev/null || exit 1
		done' - "$W" "$peer_batch" "${W##*.}"
}

runc_starts() {
	local i

	for ((i = 0; i < peer_batch; i++)); do
		runc --root "$W/runc-state" run --bundle "$W/bundle" "bench-${W##*.}-$i" </dev/null || return 1
	done
}

bwrap_starts() {
	local i

	for ((i = 0; i < peer_batch; i++)); do
		bwrap --bind "$W/bundle/rootfs" / --proc /proc --dev /dev --unshare-all /bin/true || return 1
	done
}

# /run/systemd is one of our own (a tmpfs): nothing of it stays on the machine.
nspawn_starts() {
	local i

	for ((i = 0; i < nspawn_batch; i++)); do
		systemd-nspawn --quiet --register=no --keep-unit --pipe --private-network \
			--directory="$W/bundle/rootfs" /bin/true </dev/null || return 1
	done
}

# try FILE COUNT FUNCTION: a peer that does not work here is said to, once, with its message.
try() {
	[ ! -e "$W/$1.broken" ] || return 0
	sample "$@" 2>"$W/message" || tail -n 1 "$W/message" >"$W/$1.broken"
}

# row TEXT FILE AGAINST
row() {
	if [ -e "$W/$2.broken" ]; then
		printf '%-36s does not work here: %s\n' "$1" "$(cat "$W/$2.broken")"
	else
		printf '%-36s %7s us a start  %6s x the floor  %6s x svinit\n' "$1" "$(median "$2")" \
			"$(quotient "$2" floor)" "$(quotient "$2" chain)"
	fi
}

${CC:-cc} -std=gnu17 -O2 -D_GNU_SOURCE -o "$W/floor-program" "$bench_dir/floor.c"
make_bundle
make_units
mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd
mapfile -t chain < <(printf 'chain%d\n' $(seq 0 $((batch - 1))))
mapfile -t all < <(printf 'all%d\n' $(seq 0 $((batch - 1))))
svinit_start
ctl start "${all[@]}" >/dev/null # every name is looked up once, every log made, before anything is timed

for ((round = 0; round < rounds; round++)); do
	sample chain "$batch" ctl start "${chain[@]}"
	sample floor "$batch" floor_starts
	sample all "$batch" ctl start "${all[@]}"
	try bwrap "$peer_batch" bwrap_starts
	try crun "$peer_batch" crun_starts
	try runc "$peer_batch" runc_starts
	try nspawn "$nspawn_batch" nspawn_starts
done

versions
row "floor (clone3, pivot_root, exec)" floor
row "svinit, one after another" chain
row "svinit, $batch asked for at once" all
row "bubblewrap" bwrap
row "crun run" crun
row "runc run" runc
row "systemd-nspawn" nspawn
