# verify prints every error as file:line:column: error: with a suggestion, and 0 for what is right.
unit bad <<'END'
[Unit]
Descripton=typo
Requires=nosuchunit
[Servce]
Exec=/bin/true
[Service]
Exec=/bin/true
Restart=sometimes
TimeoutStopSec=soon
RestartSec=1
RestartSec=2
[Container]
Rootfs=relative/path
[Resources]
MemoryMax=lots
X-Mine=free
[X-Notes]
anything=goes
END
unit good <<'END'
[Unit]
Description=All is well
[Service]
Exec=/bin/true
END
expect_status 0 "$BIN/svctl" verify "$UNITS/good.ini"
expect_eq 'silent' '' "$OUTPUT"
expect_status 1 "$BIN/svctl" verify "$UNITS/bad.ini"
for m in 'bad\.ini:2:1: error: .*Descripton.*Description' 'bad\.ini:3:[0-9]+: error: Requires: .*nosuchunit' \
	'bad\.ini:4:[0-9]+: error: .*Servce.*Service' 'bad\.ini:8:[0-9]+: error: Restart: .*sometimes' \
	'bad\.ini:9:[0-9]+: error: TimeoutStopSec: .*soon' 'bad\.ini:11:[0-9]+: error: RestartSec' \
	'bad\.ini:13:[0-9]+: error: Rootfs' 'bad\.ini:15:[0-9]+: error: MemoryMax: .*lots'; do
	expect_match "$m" "$m" "$OUTPUT"
done
expect '! grep -qE "X-Mine|anything" <<<"$OUTPUT"' 'X- is the user'"'"'s own'
expect_status 1 "$BIN/svctl" verify "$UNITS"
expect_status 1 "$BIN/svctl" verify "$T/nothere.ini"
expect_match 'a missing file' 'nothere\.ini.*No such file' "$OUTPUT"
