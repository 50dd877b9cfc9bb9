# start, stop and restart are obeyed, each verb returns when its job is done.
sh_unit web <<'END'
exec sleep 1000
END
start_svinit
expect_eq 'before' inactive "$(state web)"
expect_status 0 ctl start web
expect_eq 'after start' active "$(state web)"
first=$(pid web)
expect 'kill -0 $first'
expect_status 0 ctl start web
expect_eq 'a second start changes nothing' "$first" "$(pid web)"
expect_status 0 ctl restart web
second=$(pid web)
expect '[ "$first" != "$second" ] && ! kill -0 $first 2>/dev/null && kill -0 $second'
expect_status 0 ctl stop web
expect_eq 'after stop' inactive "$(state web)"
expect '! kill -0 $second 2>/dev/null'
expect_eq 'reason' stopped "$(field web .exit.reason)"
expect_status 0 ctl restart web
expect_eq 'restart of a stopped unit starts it' active "$(state web)"
