# what requires a unit that failed is not started, and says why; Wants= does not mind.
sh_unit prepare <<'END'
exit 3
END
extend prepare <<'END'
Type=oneshot
END
sh_unit needs <<'END'
exec sleep 1000
END
extend needs <<'END'
[Unit]
Requires=prepare
END
sh_unit likes <<'END'
exec sleep 1000
END
extend likes <<'END'
[Unit]
Wants=prepare
END
start_svinit
expect_status 1 ctl start needs
expect_match 'says why' prepare "$OUTPUT"
expect '[ "$(state needs)" != active ]'
expect_status 0 ctl start likes
expect_eq likes active "$(state likes)"
