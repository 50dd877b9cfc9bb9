# The machine comes up, runs a container from a unit file, answers svctl on the console and powers off.
add /boxed <<'END'
#!/bin/sh
echo "boxed on $(hostname) has $(ls -d /proc/[0-9]* | wc -l) processes"
exec sleep 1000
END
unit boxed <<'END'
[Unit]
Before=guest
[Service]
Exec=/boxed
[Container]
Hostname=inner
[Install]
WantedBy=default
END
guest <<'END'
svctl status
svctl is-active boxed
sleep 1
svctl logs boxed
svctl poweroff
END
boot
expect '^boxed .*running|boxed.*active'
expect '^active$'
expect 'boxed on inner has [1-6] processes'
expect 'reboot: Power down'
