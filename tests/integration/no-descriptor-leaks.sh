# a container has its three descriptors and no other, and none that points outside.
sh_unit web <<'END'
ls -l /proc/1/fd >/out/fds
exec sleep 1000
END
start_svinit
expect_status 0 ctl start web
# the shell is gone by then: what sleep has was inherited
wait_for '[ "$(cat /proc/$(pid web)/comm)" = sleep ]'
expect_eq 'descriptors' '0 1 2' "$(ls "/proc/$(pid web)/fd" | sort -n | tr '\n' ' ' | sed 's/ $//')"
expect_eq 'standard input' /dev/null "$(readlink "/proc/$(pid web)/fd/0")"
