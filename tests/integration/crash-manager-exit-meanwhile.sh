# what exits while the manager is dead is reported by the next one.
sh_unit brief <<'END'
until [ -e /out/go ]; do sleep 0.01; done
exit 6
END
sh_unit again <<'END'
echo x >>/out/again
until [ -e /out/go ]; do sleep 0.01; done
[ -e /out/second ] && exec sleep 1000
touch /out/second
exit 1
END
extend again <<'END'
Restart=on-failure
RestartSec=0
END
start_svinit
expect_status 0 ctl start brief again
wait_for '[ -e $T/out/again ]'
old=$(helper svmanager)
main=$(pid brief)
kill -STOP "$old"
touch "$T/out/go"
wait_for '! kill -0 $main 2>/dev/null || grep -q Z /proc/$main/stat'
kill -KILL "$old"
wait_for control_answers
wait_state brief failed
expect_eq 'its exit' 'exited 6' "$(field brief '.exit | "\(.reason) \(.code)"')"
wait_for '[ "$(wc -l <$T/out/again)" = 2 ] && [ "$(state again)" = active ]'
