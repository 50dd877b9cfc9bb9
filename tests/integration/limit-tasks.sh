# TasksMax holds: a fork bomb stays in its box and can be stopped.
sh_unit bomb <<'END'
sh -c 'i=0; while [ $i -lt 60 ]; do sleep 1000 & i=$((i + 1)); done' 2>/dev/null
exec sleep 1000
END
extend bomb <<'END'
[Resources]
TasksMax=10
END
start_svinit
ctl start bomb
wait_for '(( $(ps -C sleep -o pid= | wc -l) >= 5 ))'
expect '(( $(ps -C sleep -o pid= | wc -l) <= 10 ))'
ctl stop bomb
expect_eq 'sleeps left' 0 "$(ps -C sleep -o pid= | wc -l)"
