# A machine whose manager does not start is still told to power off by a signal, and does. The script of the test
# stands in the place of svlogd, because there is no manager to run it.
add /usr/sbin/svmanager <<'END'
#!/bin/sh
exit 1
END
add /usr/sbin/svbox <<'END'
#!/bin/sh
exec sleep 1000
END
add /usr/sbin/svlogd <<'END'
#!/bin/sh
trap '' TERM
[ -e /run/began ] && exec sleep 1000
: >/run/began
PATH=/usr/sbin:/usr/bin
exec >/dev/console 2>&1
sleep 3
echo "guest: pid 1 is $(cat /proc/1/comm), host $(hostname), lo $(cat /sys/class/net/lo/flags)"
awk '{ print "guest: " $3 " on " $2 }' /proc/mounts
for i in $(seq 100); do (sleep 0.1 &); done
sleep 1
echo "guest: zombies $(grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l)"
[ -e /init ] && echo "guest: new root has /init"
kill -SEGV 1
kill -USR2 1
sleep 1000
END
boot
expect 'svmanager.*fails again and again'
expect 'guest: pid 1 is (svinit|init), host svinit, lo 0x9'
for mount in 'tmpfs on /' 'proc on /proc' 'sysfs on /sys' 'devtmpfs on /dev' 'devpts on /dev/pts' 'tmpfs on /dev/shm' \
	'tmpfs on /run' 'cgroup2 on /sys/fs/cgroup'; do
	expect "^guest: $mount\$"
done
refuse '^guest: rootfs on'
expect 'guest: zombies 0'
expect 'svinit: ending without svmanager'
expect 'reboot: Power down'
