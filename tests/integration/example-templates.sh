# examples/templates runs as it is: what its page shows.
cp -r "${BASH_SOURCE[0]%/*}"/../../examples/templates/*.ini* "$UNITS/"
limits=$UNITS/worker@.ini.d/10-limits.ini
expect_status 0 "$BIN/svctl" verify "$UNITS"
start_svinit
wait_state fleet active
expect_status 0 ctl graph fleet
expect_match 'graph' 'fleet.*worker@a.*worker@b' "$OUTPUT"
expect_status 0 ctl status workers
expect_match 'the alias' '^(●|\*) fleet - Two workers' "$OUTPUT"
wait_for 'log_of worker@b | grep -qx "b works at leisure"'
# an instance that no file names, and where its values come from
expect_status 0 ctl start worker@c
expect_status 0 ctl show worker@c
expect_match 'of the template' 'Description=Worker c of the fleet  # [^ ]*/worker@\.ini:2' "$OUTPUT"
expect_match 'of its drop-in' 'MemoryMax=16M  # [^ ]*/worker@\.ini\.d/10-limits\.ini:3' "$OUTPUT"
expect_match 'of all containers' 'TasksMax=8  # [^ ]*/container\.ini\.d/tasks\.ini:3' "$OUTPUT"
expect_status 0 ctl stop worker@c
# one line changes every worker in place, and --dry-run changes nothing
a=$(pid worker@a)
sed -i s/16M/24M/ "$limits"
expect_status 0 ctl apply --dry-run
expect_eq 'what would change' "reload worker@a
    MemoryMax: 16M -> 24M  # $limits:3
reload worker@b
    MemoryMax: 16M -> 24M  # $limits:3" "$OUTPUT"
expect_eq 'not yet' 16777216 "$(group_file worker@a memory.max memory.limit_in_bytes)"
expect_status 0 ctl apply
expect_eq 'changed' 25165824 "$(group_file worker@a memory.max memory.limit_in_bytes)"
expect_eq 'same process' "$a" "$(pid worker@a)"
# the condition
touch "$RUNTIME/pause"
expect_status 0 ctl start worker@d
expect_match 'says why' 'worker@d: skipped: .*ConditionPathExists: .* does not hold' "$OUTPUT"
expect_eq 'skipped' inactive "$(state worker@d)"
