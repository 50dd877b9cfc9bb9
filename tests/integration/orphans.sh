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
sh_unit inside <<'END'
i=0
while [ $i -lt 500 ]; do (true & true); i=$((i + 1)); done
exec sleep 1000
END
start_svinit
expect_status 0 ctl start inside
expect_status 0 ctl start forker
expect_eq 'the forker ended' finished "$(out done)"
wait_for '[ "$(ps -e -o stat= --ppid $INIT_PID | grep -c ^Z)" = 0 ]'
wait_for '[ "$(ps -e -o ppid=,stat= | awk -v p=$INIT_PID "\$1 == p && \$2 ~ /^Z/" | wc -l)" = 0 ]'
