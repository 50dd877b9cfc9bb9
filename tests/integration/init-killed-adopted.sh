# as a daemon svinit itself may be killed: its helpers end, the next one starts on the same directory.
sh_unit web <<'END'
exec sleep 1000
END
start_svinit
ctl start web
kill -KILL "$INIT_PID"
wait "$INIT_PID" 2>/dev/null
wait_for '[ -z "$(helper svmanager)$(helper svbox)$(helper svlogd)" ]'
start_svinit
wait_for control_answers
expect_status 0 ctl restart web
expect_eq 'once' 1 "$(pgrep -cf '^sleep 1000')"
