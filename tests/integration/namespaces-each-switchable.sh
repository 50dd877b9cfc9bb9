# Namespaces= names which are private; the others are svinit's own.
for n in mount pid net ipc uts cgroup; do
	sh_unit "only-$n" <<-END
		for n in mnt pid net ipc uts cgroup; do readlink /proc/self/ns/\$n; done >/out/only-$n
		exec sleep 1000
	END
	# what has no mount namespace sees svinit's own root
	if [ $n != mount ]; then
		unit "only-$n" <<-END
			[Service]
			Exec=/bin/sh -c "for n in mnt pid net ipc uts cgroup; do readlink /proc/self/ns/\$n; done >$T/out/only-$n; exec sleep 1000"
		END
	fi
	extend "only-$n" <<-END
		[Container]
		Namespaces=$n
		[Network]
		Mode=$([ $n = net ] && echo private || echo host)
	END
done
start_svinit
for n in mount pid net ipc uts cgroup; do
	expect_status 0 ctl start "only-$n"
	main=$(pid "only-$n")
	for other in mnt pid net ipc uts cgroup; do
		mine=$(readlink "/proc/$main/ns/$other") theirs=$(readlink "/proc/$INIT_PID/ns/$other")
		if [ "${other/mnt/mount}" = $n ]; then
			expect '[ "$mine" != "$theirs" ]' "$n alone: $other is private"
		else
			expect_eq "$n alone: $other" "$theirs" "$mine"
		fi
	done
	expect_status 0 ctl stop "only-$n"
done
