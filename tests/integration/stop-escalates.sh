# stop sends the signal, waits, then kills the whole container, forks of forks included.
sh_unit deaf <<'END'
trap '' TERM
sh -c 'trap "" TERM; (setsid sh -c "trap \"\" TERM; sleep 1001") & setsid sleep 1001 & sleep 1001' &
while :; do sleep 0.2; done
END
extend deaf <<'END'
TimeoutStopSec=1
END
sh_unit polite <<'END'
trap 'echo got it >/out/polite; exit 0' USR1
while :; do sleep 0.1; done
END
extend polite <<'END'
KillSignal=SIGUSR1
END
start_svinit
expect_status 0 ctl start deaf polite
wait_for '(( $(pgrep -cf "sleep 1001") >= 3 ))'
from=$(date +%s%N)
ctl stop deaf
took=$((($(date +%s%N) - from) / 1000000))
expect '((took >= 900 && took < 6000))' "took $took ms"
expect_eq 'left' 0 "$(pgrep -cf 'sleep 1001')"
expect '[ "$(state deaf)" != active ]'
expect_match 'reason' 'timeout|stopped' "$(field deaf .exit.reason)"
from=$(date +%s%N)
expect_status 0 ctl stop polite
took=$((($(date +%s%N) - from) / 1000000))
expect_eq 'KillSignal' 'got it' "$(out polite)"
expect '((took < 3000))' "took $took ms"
