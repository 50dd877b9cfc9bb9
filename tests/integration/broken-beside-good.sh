# a broken unit and what requires it are refused by name; the good ones run; the state is degraded.
sh_unit good <<'END'
exec sleep 1000
END
extend good <<'END'
[Install]
WantedBy=default
END
unit broken <<'END'
[Service]
Exec=/bin/true
MemoryMxa=3
[Install]
WantedBy=default
END
sh_unit dependent <<'END'
exec sleep 1000
END
extend dependent <<'END'
[Unit]
Requires=broken
[Install]
WantedBy=default
END
sh_unit orphan <<'END'
exec sleep 1000
END
extend orphan <<'END'
[Unit]
Requires=nosuchunit
END
start_svinit
wait_state good active
expect_eq 'state' degraded "$(system .state)"
expect_match 'said once, at the top' 'broken\.ini:3:1: error: .*MemoryMxa' "$(cat "$T/svinit.log")"
expect_match 'said once, at the top' 'orphan\.ini:[0-9]+:[0-9]+: error: Requires: .*nosuchunit' "$(cat "$T/svinit.log")"
expect_eq 'load' broken "$(field broken .load)"
expect_status 1 ctl start broken
expect_match 'says where to look' 'broken\.ini:3:1: error: unknown key MemoryMxa' "$OUTPUT"
expect_status 1 ctl start dependent
expect_match 'says where to look' 'dependent\.ini:8:10: error: Requires: broken is broken' "$OUTPUT"
expect_status 1 ctl start orphan
expect_match 'says where to look' 'orphan\.ini:8:10: error: Requires: there is no unit nosuchunit' "$OUTPUT"
expect_status 0 ctl status good
