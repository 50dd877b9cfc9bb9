# svinit -- COMMAND: exit status, 128+N, signals forwarded, zombies reaped.
expect_status 0 "$BIN/svinit" -- /bin/true
expect_status 7 "$BIN/svinit" -- /bin/sh -c 'exit 7'
expect_status 137 "$BIN/svinit" -- /bin/sh -c 'kill -KILL $$'
expect_status 127 "$BIN/svinit" -- /bin/nosuchprogram
expect_match 'named' 'nosuchprogram.*No such file' "$OUTPUT"
expect_status 126 "$BIN/svinit" -- /etc/passwd
"$BIN/svinit" -- /bin/sh -c 'trap "echo term; exit 3" TERM; echo up; while :; do sleep 0.1; done' >"$T/one" &
main=$!
wait_for 'grep -q up $T/one'
kill -TERM $main
wait $main
expect_eq 'status' 3 $?
expect 'grep -q term $T/one'
