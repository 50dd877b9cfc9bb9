# a killed main process is restarted with the rest of its container gone.
sh_unit web <<'END'
setsid sleep 1001 &
echo started >>/out/starts
exec sleep 1000
END
extend web <<'END'
Restart=on-failure
RestartSec=0
END
start_svinit
ctl start web
first=$(pid web)
wait_for '(( $(pgrep -cf "sleep 1001") == 1 ))'
expect_status 0 ctl kill -s KILL web
wait_for '[ "$(pid web)" != "$first" ] && [ "$(state web)" = active ]'
wait_for '(( $(wc -l <$T/out/starts) == 2 && $(pgrep -cf "sleep 1001") == 1 ))'
expect_eq restarts 1 "$(field web .restarts)"
