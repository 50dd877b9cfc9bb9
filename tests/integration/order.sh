# units start after what they require and stop before it.
for u in db cache app; do
	sh_unit $u <<-END
		trap 'echo stop $u >>/out/order; exit 0' TERM
		echo start $u >>/out/order
		while :; do sleep 0.1; done
	END
done
extend app <<'END'
[Unit]
Requires=db
Wants=cache
END
extend db <<'END'
[Unit]
After=cache
END
start_svinit
expect_status 0 ctl start app
wait_for '[ "$(grep -c start $T/out/order)" = 3 ]'
expect_eq 'all are up' 'active active active' "$(state db) $(state cache) $(state app)"
stop_svinit
# db is started after cache, app after both; the scripts may race, so what is compared is the stops
expect_eq 'first to stop' 'stop app' "$(grep stop "$T/out/order" | head -n 1)"
expect_eq 'last to stop' 'stop cache' "$(grep stop "$T/out/order" | tail -n 1)"
