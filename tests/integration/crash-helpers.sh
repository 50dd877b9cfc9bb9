# svmanager, svbox and svlogd are killed: each comes back by itself, the containers do not notice, later exits are still
# reported and no line of the log is lost or doubled.
sh_unit web <<'END'
i=0
while :; do echo tick $i; i=$((i + 1)); sleep 0.05; done
END
sh_unit later <<'END'
until [ -e /out/go ]; do sleep 0.05; done
exit 5
END
start_svinit
expect_status 0 ctl start web later
main=$(pid web)
for name in svmanager svbox svlogd; do
	for round in 1 2 3; do
		old=$(helper $name)
		kill -KILL "$old"
		wait_for '[ -n "$(helper $name)" ] && [ "$(helper $name)" != "$old" ]'
		wait_for control_answers
		expect_eq "$name, round $round: web" "$main" "$(pid web)"
		expect 'kill -0 $main'
	done
done
touch "$T/out/go"
wait_state later failed
expect_eq 'its exit' 'exited 5' "$(field later '.exit | "\(.reason) \(.code)"')"
expect_status 0 ctl restart later
wait_state later failed
before=$(log_of web | tail -n 1)
wait_for '[ "$(log_of web | tail -n 1)" != "$before" ]'
log_of web | sed 's/tick //' >"$T/ticks"
expect_eq 'no line is lost or doubled' "$(seq 0 $(($(wc -l <"$T/ticks") - 1)) | sha256sum)" "$(sha256sum <"$T/ticks")"
