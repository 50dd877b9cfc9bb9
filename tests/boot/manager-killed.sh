# Each helper that is killed comes back by itself, and the units go on with the same pids.
unit web <<'END'
[Unit]
Before=guest
[Service]
Exec=/bin/sleep 1000
[Install]
WantedBy=default
END
guest <<'END'
before=$(svctl status --json web | grep -o '"pid": *[0-9]*' | head -n 1)
for helper in svmanager svbox svlogd; do
	kill -9 $(pidof $helper)
	sleep 1
	pidof $helper >/dev/null && echo "guest: $helper is back"
done
after=$(svctl status --json web | grep -o '"pid": *[0-9]*' | head -n 1)
[ -n "$before" ] && [ "$before" = "$after" ] && echo "guest: the same process"
svctl poweroff
END
boot
for helper in svmanager svbox svlogd; do
	expect "guest: $helper is back"
done
expect 'guest: the same process'
expect 'reboot: Power down'
