# daemon-reload: a limit changes without a restart, a broken file changes nothing, a vanished unit runs on.
sh_unit web <<<'exec sleep 1000'
extend web <<<$'[Resources]\nTasksMax=50'
sh_unit gone <<<'exec sleep 1000'
start_svinit
ctl start web gone
web=$(pid web) gone=$(pid gone)
limit() { cat "$(find /sys/fs/cgroup -path '*web.unit/pids.max' 2>/dev/null | head -n 1)"; }
expect_eq 'before' 50 "$(limit)"
sed -i 's/TasksMax=50/TasksMax=60/' "$UNITS/web.ini"
expect_status 0 ctl daemon-reload
expect_eq 'after' 60 "$(limit)"
expect_eq 'same process' "$web" "$(pid web)"
sed -i 's/TasksMax=60/TasksMax=6O/' "$UNITS/web.ini"
expect_status 1 ctl daemon-reload
expect_match 'names the line' 'web\.ini:[0-9]+:[0-9]+: error: TasksMax' "$OUTPUT"
expect_eq 'unchanged' 60 "$(limit)"
sed -i 's/TasksMax=6O/TasksMax=70/' "$UNITS/web.ini"
rm "$UNITS/gone.ini"
expect_status 0 ctl daemon-reload
expect_eq 'runs on' "$gone" "$(pid gone)"
expect_eq 'marked' vanished "$(field gone .load)"
expect_status 0 ctl stop gone
