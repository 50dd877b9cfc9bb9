# a unit waits until the oneshot that it requires has ended well.
sh_unit prepare <<'END'
sleep 1
echo ready >/out/ready
END
extend prepare <<'END'
Type=oneshot
RemainAfterExit=yes
END
sh_unit app <<'END'
cat /out/ready >/out/seen
exec sleep 1000
END
extend app <<'END'
[Unit]
Requires=prepare
END
start_svinit
expect_status 0 ctl start app
wait_for '[ -s "$T/out/seen" ]'
expect_eq 'app saw' ready "$(out seen)"
expect_eq 'prepare remains' active "$(state prepare)"
