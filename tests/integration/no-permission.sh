# an unprivileged user is told what is not permitted, and may not act on root's supervisor.
needs setpriv util-linux
sh_unit web <<'END'
exec sleep 1000
END
as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
expect_status 1 as "$BIN/svinit" --units "$UNITS" --runtime "$T/nobody" --state "$STATE" --logs "$LOGS"
expect_match 'place and cause' "$T/nobody.*Permission denied" "$OUTPUT"
start_svinit
ctl start web
expect_status 5 as "$BIN/svctl" --runtime "$RUNTIME" stop web
expect_eq 'goes on' active "$(state web)"
