# Power off stops the units in reverse order, each by its own signal, before the machine goes.
add /serve <<'END'
#!/bin/sh
trap 'echo "$1 ends" >/dev/console; exit 0' TERM
echo "$1 is up" >/dev/console
while :; do sleep 0.1; done
END
unit database <<'END'
[Service]
Exec=/serve database
[Container]
Namespaces=none
[Network]
Mode=host
[Install]
WantedBy=default
END
unit server <<'END'
[Unit]
Requires=database
[Service]
Exec=/serve server
[Container]
Namespaces=none
[Network]
Mode=host
[Install]
WantedBy=default
END
guest <<'END'
sleep 2
svctl poweroff
END
boot
expect_order '^server is up' '^server ends'
expect_order '^server ends' '^database ends'
expect_order '^database ends' 'reboot: Power down'
