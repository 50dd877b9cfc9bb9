# a dependent whose requirement failed comes back by itself when the requirement does.
sh_unit db <<'END'
[ -e /out/well ] || exit 1
exec sleep 1000
END
extend db <<<$'Type=oneshot\nRemainAfterExit=yes\nTimeoutStartSec=20s'
cat >"$T/scripts/db" <<'END'
[ -e /out/well ]
END
sh_unit web <<<'exec sleep 1000'
extend web <<<$'[Unit]\nRequires=db'
start_svinit
expect_status 1 ctl start web
expect_match 'names the line' 'web\.ini:[0-9]+: Requires: db failed' "$OUTPUT"
expect_eq 'web' failed "$(state web)"
touch "$T/out/well"
expect_status 0 ctl start db
wait_state web active
