# every exit has its true reason in status.
sh_unit code <<'END'
exit 3
END
sh_unit self <<'END'
kill -SEGV $$
sleep 5
END
# the first process of a pid namespace cannot kill itself
extend self <<'END'
[Container]
Namespaces=mount net ipc uts cgroup
END
sh_unit clean <<'END'
exit 0
END
sh_unit victim <<'END'
exec sleep 1000
END
start_svinit
for u in code self clean victim; do
	ctl start $u
done
wait_state code failed
expect_eq code 'exited 3' "$(field code '.exit | "\(.reason) \(.code)"')"
wait_state self failed
expect_eq self 'signaled 11' "$(field self '.exit | "\(.reason) \(.signal)"')"
wait_state clean inactive
expect_eq clean 'exited 0' "$(field clean '.exit | "\(.reason) \(.code)"')"
kill -KILL "$(pid victim)"
wait_state victim failed
expect_eq 'kill -9 is no oom' 'signaled 9' "$(field victim '.exit | "\(.reason) \(.signal)"')"
