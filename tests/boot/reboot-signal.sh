# Ctrl-Alt-Del, which is SIGINT to pid 1, stops the units and reboots.
add /serve <<'END'
#!/bin/sh
trap 'echo "web ends" >/dev/console; exit 0' TERM
while :; do sleep 0.1; done
END
unit web <<'END'
[Service]
Exec=/serve
[Container]
Namespaces=none
[Network]
Mode=host
[Install]
WantedBy=default
END
guest <<'END'
sleep 2
kill -INT 1
END
boot
expect_order '^web ends' 'reboot: Restarting system'
