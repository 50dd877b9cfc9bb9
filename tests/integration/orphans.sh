# 10,000 orphans are reaped and none stays as a zombie.
# timeout: 180
unit forker <<END
[Container]
Namespaces=none
[Network]
Mode=host
[Service]
Type=oneshot
Exec=/bin/bash -c "for ((i = 0; i < 5000; i++)); do (: & :) ; (: &) ; done; echo finished >$T/out/done"
END
# By hand: `ps -e --ppid` would show everybody's zombies, not only those of svinit.
zombies() { ps -e -o ppid=,stat= | awk -v p="$INIT_PID" '$1 == p && $2 ~ /^Z/' | wc -l; }
start_svinit
expect_status 0 ctl start forker
expect_eq 'the forker ended' finished "$(out done)"
wait_for '[ "$(zombies)" = 0 ]'
