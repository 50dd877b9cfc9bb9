# a condition that does not hold skips the unit, an assertion fails it; both name their line.
for name in skipped started asserted either; do
	sh_unit $name <<<'exec sleep 1000'
done
extend skipped <<<$'[Unit]\nConditionPathExists=/nowhere/at/all'
extend started <<<$'[Unit]\nConditionPathIsDirectory=/proc\nConditionPathExists=!/nowhere\nConditionKernelVersion=>=4.0\nConditionMemory=>=1M\nConditionCPUs=>=1\nConditionFileNotEmpty=/proc/../etc/passwd'
sed -i 's|/proc/../etc/passwd|/etc/passwd|' "$UNITS/started.ini"
extend asserted <<<$'[Unit]\nAssertPathIsDirectory=/etc/passwd'
extend either <<<$'[Unit]\nConditionPathExists=|/nowhere\nConditionPathExists=|/proc'
start_svinit
expect_status 0 ctl start skipped
expect_match 'says why' 'skipped\.ini:[0-9]+: ConditionPathExists: /nowhere/at/all does not hold' "$OUTPUT"
expect_eq 'skipped' inactive "$(state skipped)"
expect_status 0 ctl start started either
expect_eq 'started' active "$(state started)"
expect_eq 'either' active "$(state either)"
expect_status 1 ctl start asserted
expect_match 'says why' 'asserted\.ini:[0-9]+: AssertPathIsDirectory: /etc/passwd does not hold' "$OUTPUT"
expect_eq 'asserted' failed "$(state asserted)"
