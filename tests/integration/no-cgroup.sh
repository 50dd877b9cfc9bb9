# with no cgroup at all units run, and a limit that was asked for is reported as not enforced.
for m in $(cgroup_mounts); do
	umount -l "$m"
done
umount -l /sys/fs/cgroup 2>/dev/null
mount -t tmpfs -o ro none /sys/fs/cgroup
cut -d' ' -f5 /proc/self/mountinfo | sort >"$T/.mounts"
sh_unit free <<'END'
exec sleep 1000
END
sh_unit bounded <<'END'
exec sleep 1000
END
extend bounded <<'END'
[Resources]
MemoryMax=64M
END
sh_unit forks <<'END'
(setsid sleep 1001 & setsid sleep 1001 &)
exec sleep 1000
END
start_svinit
expect_status 0 ctl start free
expect_eq free active "$(state free)"
if ctl start bounded 2>"$T/error"; then
	expect_match 'not enforced' MemoryMax "$(field bounded '.not_enforced | tostring')"
else
	expect_match 'refused with place and cause' 'bounded\.ini:8:.*MemoryMax' "$(cat "$T/error")"
fi
expect_status 0 ctl start forks
wait_for '(( $(pgrep -cf "sleep 1001") == 2 ))'
expect_status 0 ctl stop forks
expect_eq 'forks left' 0 "$(pgrep -cf 'sleep 1001')"
