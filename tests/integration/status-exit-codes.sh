# svctl's exit statuses say what a script needs to know.
sh_unit up <<'END'
exec sleep 1000
END
sh_unit down <<'END'
exit 0
END
sh_unit bad <<'END'
exit 9
END
extend bad <<'END'
Type=oneshot
END
expect_status 7 ctl status
start_svinit
expect_status 0 ctl start up
expect_status 0 ctl status up
expect_status 3 ctl status down
expect_status 4 ctl status nothere
expect_match 'names the unit' 'nothere' "$OUTPUT"
expect_status 4 ctl start nothere
expect_status 1 ctl start bad
expect_status 0 ctl is-active up
expect_status 3 ctl is-active down
expect_status 0 ctl is-failed bad
expect_status 1 ctl is-failed up
expect_status 2 ctl nosuchverb
expect_status 2 ctl
expect_status 2 ctl start
expect_status 0 ctl version
