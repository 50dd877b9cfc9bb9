# Namespaces=none is a plain supervised process on svinit's own root.
unit plain <<END
[Container]
Namespaces=none
[Network]
Mode=host
[Service]
Exec=/bin/sleep 1000
END
start_svinit
expect_status 0 ctl start plain
for n in mnt pid net ipc uts cgroup; do
	expect_eq "$n" "$(readlink /proc/$INIT_PID/ns/$n)" "$(readlink "/proc/$(pid plain)/ns/$n")"
done
expect_eq root / "$(readlink "/proc/$(pid plain)/root")"
