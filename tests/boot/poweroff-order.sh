# Power off stops the units in reverse order, each by its own signal, before the machine goes.
for pair in database: server:database; do
	unit "${pair%%:*}" <<END
[Unit]
${pair#*:}
[Service]
Exec=/bin/sh -c "trap 'echo ${pair%%:*} ends >/dev/console; exit 0' TERM; echo ${pair%%:*} is up >/dev/console; while :; do sleep 0.1; done"
[Container]
Namespaces=none
[Network]
Mode=host
[Install]
WantedBy=default
END
done
sed -i 's/^database$/Requires=database/' "$T/units/server.ini"
guest <<'END'
sleep 2
svctl poweroff
END
boot
expect_order '^server is up' '^server ends'
expect_order '^server ends' '^database ends'
expect_order '^database ends' 'reboot: Power down'
