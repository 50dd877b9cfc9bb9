# the units that default wants start with svinit, in a set of targets.
sh_unit one <<'END'
exec sleep 1000
END
sh_unit two <<'END'
exec sleep 1000
END
sh_unit three <<'END'
exec sleep 1000
END
extend one <<'END'
[Install]
WantedBy=default
END
extend two <<'END'
[Install]
WantedBy=web
END
unit web <<'END'
[Unit]
Description=All of the web
END
start_svinit
wait_state one active
expect_eq two inactive "$(state two)"
expect_status 0 ctl start web
expect_eq web 'active active' "$(state web) $(state two)"
expect_eq three inactive "$(state three)"
stop_svinit
start_svinit --target web
wait_state two active
expect_eq one inactive "$(state one)"
