# examples/run --once shows the fleet: the page, redis killed and back, and nothing left behind.
# timeout: 300
needs curl curl
run=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)/examples/run
expect_status 0 "$run" --once --build "${BIN%/bin}"
say "$OUTPUT"
for unit in redis web worker; do
	expect_match "status of $unit" "$unit .*active" "$OUTPUT"
done
expect_match 'the page' 'redis has counted to <b>[0-9]+' "$OUTPUT"
expect_match "its log says why" "killed by SIGKILL; restarting" "$OUTPUT"
expect_match 'redis is back' 'Restarts: 1' "$OUTPUT"
expect 'ls /tmp/svinit-fleet.* >/dev/null 2>&1; [ $? != 0 ]' 'no folder is left'
