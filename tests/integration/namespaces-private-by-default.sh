# a container has its own of every namespace, and pid 1 inside.
sh_unit web <<'END'
for n in mnt pid net ipc uts cgroup; do readlink /proc/self/ns/$n; done >/out/ns
echo $$ >/out/pid
hostname >/out/hostname
ls /proc | grep -c '^[0-9]' >/out/processes
exec sleep 1000
END
start_svinit
expect_status 0 ctl start web
wait_for '[ -s "$T/out/processes" ]'
for n in mnt pid net ipc uts cgroup; do
	expect '! grep -qF "$(readlink /proc/$INIT_PID/ns/$n)" $T/out/ns' "$n is private"
done
expect_eq 'its pid' 1 "$(out pid)"
expect_eq 'its host name' web "$(out hostname)"
expect '(( $(out processes) <= 4 ))' 'sees its own processes only'
