# /proc is the container's own and /sys is read-only.
sh_unit web <<'END'
grep -E ' (/proc|/sys) ' /proc/mounts >/out/mounts
mkdir /sys/x 2>/out/sys-error || echo refused >/out/sys
echo done >/out/done
END
start_svinit
ctl start web
wait_for '[ -e "$T/out/done" ]'
expect_match proc ' /proc proc rw' "$(out mounts)"
expect_match sys ' /sys sysfs ro' "$(out mounts)"
expect_eq 'a write to /sys' refused "$(out sys)"
