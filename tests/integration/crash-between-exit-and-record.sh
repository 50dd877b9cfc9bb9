# svmanager is killed around the moment at which it hears of an exit: the unit is restarted, never forgotten, never up without a process.
sh_unit again <<'END2'
exec sleep 1000
END2
printf 'Restart=always\nRestartSec=0\nRestartMaxDelaySec=10ms\n' >>"$UNITS/again.ini"
start_svinit
expect_status 0 ctl start again
for round in $(seq 30); do
	main=$(pid again)
	manager=$(helper svmanager)
	kill -KILL "$main"
	for ((i = 0; i < round * 20; i++)); do :; done
	kill -KILL "$manager"
	wait_for control_answers
	wait_for '[ "$(field again .sub)" = running ] && [ "$(pid again)" != "$main" ] && kill -0 "$(pid again)"'
done
expect_status 0 timeout 10 "$BIN/svctl" --runtime "$RUNTIME" stop again
