# The machine has cgroup v2 alone; a unit's limits are in its group and are enforced there.
add /grow <<'END'
#!/bin/sh
x=0123456789abcdef
while [ ${#x} -lt 100000000 ]; do x=$x$x; done
echo survived
END
unit small <<'END'
[Service]
Exec=/grow
[Resources]
MemoryMax=16M
END
unit steady <<'END'
[Service]
Exec=/bin/sleep 1000
[Resources]
MemoryMax=32M
TasksMax=12
CPUQuota=50%
END
guest <<'END'
awk '$3 ~ /^cgroup/ { print "guest: " $3 " on " $2 }' /proc/mounts
svctl start steady
group=$(find /sys/fs/cgroup -type d -name '*steady*' | head -n 1)
echo "guest: memory.max $(cat $group/memory.max)"
echo "guest: pids.max $(cat $group/pids.max)"
echo "guest: cpu.max $(cat $group/cpu.max)"
echo "guest: members $(wc -l <$group/cgroup.procs)"
svctl start small
sleep 2
echo "guest: small $(svctl status --json small | grep -o '"reason": *"[a-z]*"')"
svctl logs small
svctl poweroff
END
boot
expect '^guest: cgroup2 on /sys/fs/cgroup$'
refuse '^guest: cgroup on'
expect 'guest: memory.max 33554432'
expect 'guest: pids.max 12'
expect 'guest: cpu.max 50000 100000'
expect 'guest: members 1'
expect 'guest: small "reason": *"oom"'
refuse 'survived'
expect 'reboot: Power down'
