# SIGTERM ends svinit: every unit stopped, exit status 0, nothing left.
for n in 1 2 3; do
	sh_unit u$n <<-'END'
		setsid sleep 1001 &
		exec sleep 1000
	END
done
start_svinit
expect_status 0 ctl start u1 u2 u3
stop_svinit
expect_eq 'exit status' 0 "$STATUS"
expect_eq 'left' '' "$(leftover_processes)"
start_svinit
expect_status 0 ctl start u1
expect_status 0 ctl poweroff
wait_for init_is_gone
wait "$INIT_PID"
expect_eq 'exit status' 0 $?
INIT_PID=
