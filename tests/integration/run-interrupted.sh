# when svctl run is killed, its container goes with it.
start_svinit
"$BIN/svctl" --runtime "$RUNTIME" run --rootfs "$ROOT" -- /bin/sleep 1001 &
runner=$!
wait_for 'pgrep -f "^/bin/sleep 1001" >/dev/null'
kill -KILL $runner
wait $runner 2>/dev/null
wait_for '! pgrep -f "^/bin/sleep 1001" >/dev/null'
