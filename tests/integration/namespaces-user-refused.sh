# user and time namespaces are a clear error, not a silent weakening.
unit u <<END
[Container]
Rootfs=$ROOT
Namespaces=user mount
[Service]
Exec=/bin/true
END
expect_status 1 "$BIN/svctl" verify "$UNITS/u.ini"
expect_match 'place and cause' 'u\.ini:3:[0-9]+: error: Namespaces: .*user' "$OUTPUT"
