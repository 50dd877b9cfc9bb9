# limits arrive in the kernel as written in the file, and usage is read back.
sh_unit web <<'END'
exec sleep 1000
END
extend web <<'END'
[Resources]
MemoryMax=64M
CPUQuota=50%
CPUWeight=200
TasksMax=33
END
start_svinit
expect_status 0 ctl start web
expect_eq memory 67108864 "$(group_file web memory.max memory.limit_in_bytes)"
expect_eq tasks 33 "$(group_file web pids.max)"
if v2=$(group_file web cpu.max); then
	expect_eq quota '50000 100000' "$v2"
	expect_eq weight 200 "$(group_file web cpu.weight)"
else
	expect_eq quota '50000 of 100000' "$(group_file web cpu.cfs_quota_us) of $(group_file web cpu.cfs_period_us)"
	expect_eq weight 2048 "$(group_file web cpu.shares)"
fi
expect '(( $(field web .memory_bytes) > 0 ))' "$(field web '')"
expect_eq 'tasks of the unit' 1 "$(field web .tasks)"
expect_eq 'nothing is not enforced' '[]' "$(field web '.not_enforced | tostring')"
