# stop reaches every fork also when the unit has no pid namespace of its own.
unit plain <<END
[Container]
Namespaces=none
[Network]
Mode=host
[Service]
Exec=/bin/sh -c "(setsid sleep 1001 &) ; (setsid sh -c 'setsid sleep 1001' &) ; exec sleep 1000"
TimeoutStopSec=1
END
start_svinit
expect_status 0 ctl start plain
wait_for '(( $(pgrep -cf "^sleep 1001") == 2 ))'
expect_status 0 ctl stop plain
expect_eq 'left' 0 "$(pgrep -cf '^sleep 1001')"
