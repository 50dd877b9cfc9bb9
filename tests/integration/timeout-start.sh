# a start that takes too long is ended and reported as timeout.
sh_unit slow <<'END'
exec sleep 1000
END
extend slow <<'END'
Type=oneshot
TimeoutStartSec=1
TimeoutStopSec=1
END
start_svinit
expect_status 1 ctl start slow
expect_eq state failed "$(state slow)"
expect_eq reason timeout "$(field slow .exit.reason)"
