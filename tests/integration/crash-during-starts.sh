# the manager is killed while units start: none runs twice, none is lost.
# timeout: 120
for ((n = 0; n < 20; n++)); do
	sh_unit u$n <<-END
		echo \$\$ >>/out/starts-$n
		exec sleep 1000
	END
	extend u$n <<-'END'
		[Install]
		WantedBy=default
	END
done
launch_svinit
for round in 1 2 3 4 5 6; do
	sleep 0.0$((RANDOM % 10))
	old=$(helper svmanager) && [ -n "$old" ] && kill -KILL "$old"
done
wait_for control_answers 20
for ((n = 0; n < 20; n++)); do
	wait_state u$n active 20
done
wait_for '[ "$(cat $T/out/starts-* | wc -l)" = 20 ]'
expect_eq 'each runs once' 20 "$(pgrep -cf '^sleep 1000')"
