# templates, drop-ins, aliases and a target: instances that are named, asked for, and found again after a crash.
cat >"$T/scripts/worker" <<'END'
echo "$1 $LEVEL" >/out/worker-$1
exec sleep 1000
END
sed -i 's/^/ /;s/^ //' "$T/scripts/worker"
unit worker@ <<END
[Container]
Rootfs=$ROOT
Volume=$T/scripts:/scripts:ro
Volume=$T/out:/out
[Service]
Exec=/bin/sh /scripts/worker %i
Environment=LEVEL=one
END
mkdir "$UNITS/worker@.ini.d" "$UNITS/container.ini.d"
printf '[Service]\nEnvironment=\nEnvironment=LEVEL=two\n' >"$UNITS/worker@.ini.d/10-level.ini"
printf '[Resources]\nTasksMax=33\n' >"$UNITS/container.ini.d/tasks.ini"
unit fleet <<'END'
[Unit]
Description=Two workers
Requires=worker@a worker@b
[Install]
Alias=workers
END
start_svinit
expect_status 0 ctl start workers
expect_eq 'a' active "$(state worker@a)"
wait_for '[ -s "$T/out/worker-b" ]'
expect_eq 'from the drop-in' 'b two' "$(out worker-b)"
expect_eq 'from the drop-in for all' 33 "$(cat "$(find /sys/fs/cgroup -path '*worker@a.unit/pids.max' | head -n 1)")"
# an instance that no file names
expect_status 0 ctl start worker@c
wait_for '[ -s "$T/out/worker-c" ]'
c=$(pid worker@c)
expect_status 4 ctl start nothing@c
# it is known to the next manager, and after a reload
old=$(helper svmanager)
kill -KILL "$old"
wait_for '[ -n "$(helper svmanager)" ] && [ "$(helper svmanager)" != "$old" ]'
wait_for control_answers
expect_eq 'same process' "$c" "$(pid worker@c)"
expect_status 0 ctl daemon-reload
expect_eq 'same process' "$c" "$(pid worker@c)"
expect_eq 'loaded' loaded "$(field worker@c .load)"
expect_match 'its files' '10-level.ini' "$(field worker@c '.files | join(" ")')"
# apply knows it as well: a change of its drop-in restarts it, and an alias is as good as the name
expect_status 0 ctl is-active workers
sed -i 's/LEVEL=two/LEVEL=three/' "$UNITS/worker@.ini.d/10-level.ini"
expect_status 0 ctl apply --dry-run
expect_match 'an instance that no file names' 'restart.*worker@c' "$OUTPUT"
expect_status 0 ctl apply
wait_for '[ "$(out worker-c)" = "c three" ]'
