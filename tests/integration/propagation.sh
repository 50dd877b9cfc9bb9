# BindsTo, PartOf, Conflicts and OnFailure do what systemd's do.
for name in base bound part rival alarm; do
	sh_unit $name <<<'exec sleep 1000'
done
extend bound <<<$'[Unit]\nBindsTo=base'
extend part <<<$'[Unit]\nPartOf=base'
extend rival <<<$'[Unit]\nConflicts=base'
sh_unit breaks <<<'exit 3'
extend breaks <<<$'[Unit]\nOnFailure=alarm'
start_svinit
expect_status 0 ctl start bound part
expect_eq 'bound brings base' active "$(state base)"
# a restart that was asked for reaches the parts, an end by itself what is bound
part=$(pid part)
expect_status 0 ctl restart base
wait_for '[ "$(state part)" = active ] && [ "$(pid part)" != "$part" ]'
wait_state bound active
kill -KILL "$(pid base)"
wait_state base failed
wait_state bound inactive
expect_eq 'a part does not mind' active "$(state part)"
# and what went down for its sake comes back with it
expect_status 0 ctl start base
wait_state bound active
# only one of two that exclude each other
expect_status 0 ctl start rival
wait_state base inactive
expect_eq 'rival' active "$(state rival)"
expect_status 0 ctl start base
wait_state rival inactive
ctl start breaks >/dev/null 2>&1
wait_state breaks failed
wait_state alarm active
