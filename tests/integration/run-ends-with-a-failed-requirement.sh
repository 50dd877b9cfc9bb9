# A unit of svctl run that is dropped before it ran, or while it waits for its restart, ends the call and goes away.
unit bad <<END2
[Service]
Exec=/nonexistent
[Container]
Rootfs=$ROOT
END2
start_svinit
call() {
	python3 - "$RUNTIME/control" "$1" "${2-}" <<'END2'
import json, socket, subprocess, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(10)
s.connect(sys.argv[1])
def ask(s, method, more, **p):
    s.sendall(json.dumps({"method": "io.svinit." + method, "more": more, "parameters": p}).encode() + b"\0")
def answer(s):
    data = b""
    while not data.endswith(b"\0"):
        data += s.recv(4096) or sys.exit("closed")
    return data.split(b"\0")[-2].decode()
ask(s, "Run", True, name="guest", text=sys.argv[2])
if sys.argv[3]:
    answer(s)
    subprocess.run(sys.argv[3], shell=True, check=True)
print(answer(s))
END2
}
head="[Container]
Rootfs=$ROOT
[Service]
Exec=/bin/false"
expect_match 'the end is told' '"exit"' "$(call "[Unit]
Requires=bad
After=bad
$head")"
wait_for '[ -z "$(ctl status --json | grep \"guest\")" ]'
expect_match 'the end is told' '"exit"' "$(call "$head
Restart=always
RestartSec=60" "sleep 0.5; '$BIN/svctl' --runtime '$RUNTIME' stop guest")"
wait_for '[ -z "$(ctl status --json | grep \"guest\")" ]'
