# StartLimitBurst= ends the restarts of a unit that will not stay up, until reset-failed.
sh_unit crash <<<'exit 1'
extend crash <<<$'Restart=always\nRestartSec=10ms\n[Unit]\nStartLimitIntervalSec=60s\nStartLimitBurst=3'
start_svinit
ctl start crash
wait_state crash failed
expect_match 'says why' 'crash\.ini:[0-9]+.*started 3 times within 60 s' "$(field crash .message)"
ctl start crash
expect_match 'still' 'started 3 times' "$(field crash .message)"
expect_status 0 ctl reset-failed crash
ctl start crash
wait_state crash failed
