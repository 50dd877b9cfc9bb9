# The machine comes up, runs a container from a unit file, answers svctl on the console and powers off.
unit boxed <<'END'
[Unit]
Before=guest
[Service]
Exec=/bin/sh -c "echo boxed is pid $$$$ on $(hostname); exec sleep 1000"
[Container]
Hostname=inner
[Install]
WantedBy=default
END
guest <<'END'
svctl status
svctl is-active boxed
svctl logs boxed
svctl poweroff
END
boot
expect '^boxed .*running|boxed.*active'
expect '^active$'
expect 'boxed is pid [0-9]+ on inner'
expect 'reboot: Power down'
