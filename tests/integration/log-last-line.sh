# the last line of a process that lives two milliseconds is in the log, with and without a newline.
for n in 1 2 3 4 5; do
	unit with$n <<-END
		[Container]
		Rootfs=$ROOT
		[Service]
		Type=oneshot
		Exec=/bin/echo last words $n
	END
	unit without$n <<-END
		[Container]
		Rootfs=$ROOT
		[Service]
		Type=oneshot
		Exec=/bin/printf "no newline $n"
	END
done
start_svinit
for n in 1 2 3 4 5; do
	expect_status 0 ctl start with$n without$n
	expect_eq with$n "last words $n" "$(log_of with$n)"
	expect_eq without$n "no newline $n" "$(log_of without$n)"
done
