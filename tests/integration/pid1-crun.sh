# svinit is pid 1 of a container of crun with no capability, a read-only root and no writable cgroup.
needs crun crun
mkdir -p "$T/bundle/units"
cp -a "$ROOT" "$T/bundle/rootfs"
mkdir -p "$T/bundle/rootfs/svinit" "$T/bundle/rootfs/units"
# the programs bring their libraries along when they are not static
copy() {
	local lib
	cp "$1" "$T/bundle/rootfs/svinit/"
	for lib in $(ldd "$1" 2>/dev/null | grep -o '/[^ ]*'); do
		mkdir -p "$T/bundle/rootfs${lib%/*}"
		cp -Ln "$lib" "$T/bundle/rootfs$lib"
	done
}
for p in svinit svmanager svbox svlogd svctl; do
	copy "$BIN/$p"
done
cat >"$T/bundle/rootfs/units/plain.ini" <<'END'
[Container]
Namespaces=none
[Service]
Exec=/bin/sh -c "echo it works; exec sleep 1000"
[Network]
Mode=host
[Install]
WantedBy=default
END
cat >"$T/bundle/rootfs/units/boxed.ini" <<'END'
[Service]
Exec=/bin/true
END
# a helper of svinit that may do nothing cannot move itself anywhere else: all in one small tmpfs
(cd "$T/bundle" && crun spec) || fail 'crun spec'
jq --arg asan "${ASAN_OPTIONS:-}" '.process.terminal = false
	| .process.args = ["/svinit/svinit", "--units", "/units", "--runtime", "/run/svinit", "--state", "/run/state", "--logs", "/run/logs"]
	| .process.env += ["ASAN_OPTIONS=detect_leaks=0"]
	| .process.capabilities = {bounding: [], effective: [], permitted: []}
	| .process.noNewPrivileges = true
	| .root.readonly = true
	| .linux.resources = {}
	| .mounts += [{destination: "/run", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755", "size=16m"]}]' \
	"$T/bundle/config.json" >"$T/bundle/new.json" && mv "$T/bundle/new.json" "$T/bundle/config.json"
crun --root "$T/crun" --cgroup-manager=disabled run --bundle "$T/bundle" box >"$T/crun.log" 2>&1 &
outer=$!
inside() { crun --root "$T/crun" --cgroup-manager=disabled exec box /svinit/svctl "$@"; }
trap 'say "$(cat $T/crun.log)"; crun --root "$T/crun" --cgroup-manager=disabled delete -f box 2>/dev/null; test_finish' EXIT
wait_for 'inside status plain >/dev/null 2>&1' 20
expect_match 'its log' 'it works' "$(inside logs plain)"
expect_status 1 inside start boxed
expect_match 'place and cause' 'boxed\.ini:2:.*(Operation not permitted|capabilit|permi)' "$OUTPUT"
crun --root "$T/crun" --cgroup-manager=disabled kill box TERM
wait $outer
expect_eq 'exit status' 0 $?
trap test_finish EXIT
rm -rf "$T/crun"
