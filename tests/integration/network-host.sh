# Mode=host is svinit's own network; Mode=none has not even a loopback that is up.
for m in host none; do
	sh_unit $m <<-END
		ip addr show lo >/out/lo-$m 2>&1
		exec sleep 1000
	END
	extend $m <<-END
		[Network]
		Mode=$m
	END
done
start_svinit
expect_status 0 ctl start host none
expect_eq 'host' "$(readlink /proc/$INIT_PID/ns/net)" "$(readlink "/proc/$(pid host)/ns/net")"
expect '[ "$(readlink /proc/$INIT_PID/ns/net)" != "$(readlink /proc/$(pid none)/ns/net)" ]'
wait_for '[ -s "$T/out/lo-none" ]'
expect '! grep -q "LOOPBACK,UP" $T/out/lo-none'
