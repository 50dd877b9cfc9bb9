# svlogd is stopped for a moment: the line of a transient unit that came and went meanwhile is not lost.
start_svinit
logd=$(helper svlogd)
kill -STOP "$logd"
expect_status 0 ctl run --detach --name quick --rootfs "$ROOT" -- /bin/echo QUICK
wait_for '! ctl status quick >/dev/null 2>&1 && [ "$(ctl status --json | jq "[.units[] | select(.name == \"quick\")] | length")" = 0 ]'
kill -CONT "$logd"
wait_for 'grep -q "stdout F QUICK" "$LOGS/quick/current"'
wait_for '! ls "$RUNTIME/streams" | grep -q quick'
# and of one that comes again under its name before that
kill -STOP "$logd"
for n in 1 2 3; do
	expect_status 0 ctl run --detach --name quick --rootfs "$ROOT" -- /bin/echo "AGAIN $n"
	wait_for '[ "$(ctl status --json | jq "[.units[] | select(.name == \"quick\")] | length")" = 0 ]'
done
kill -CONT "$logd"
wait_for '[ "$(grep -c AGAIN "$LOGS/quick/current")" = 3 ]'
wait_for '! ls "$RUNTIME/streams" | grep -q quick'
# units that never come to their streams leave none either
for n in 1 2 3 4 5; do
	expect_status 1 ctl run --detach --rootfs "$T/nosuchroot" -- /bin/true
done
wait_for '[ "$(ls "$RUNTIME/streams" | wc -l)" = 0 ]'
