# svmanager is killed while units of svctl run end: their text and their names go all the same.
start_svinit
for round in 1 2 3 4 5 6; do
	expect_status 0 ctl run --detach --rootfs "$ROOT" -- /bin/sleep 0.05
	for ((i = 0; i < round * 8; i++)); do sleep 0.001; done
	kill -KILL "$(helper svmanager)"
	wait_for control_answers
done
wait_for '[ -z "$(ls "$RUNTIME/transient"; ctl status --json | grep \"run-)" ]'
