# svinit -- COMMAND as pid 1 reaps orphans and ends with its command.
cat >"$T/scripts/orphans" <<'END'
for i in 1 2 3 4 5; do (sleep 0.1 &); done
sleep 0.5
ps -e -o stat= | grep -c '^Z'
trap 'exit 9' TERM
kill -TERM 1
sleep 5 & wait
exit 1
END
OUTPUT=$(unshare --pid --fork --mount-proc "$BIN/svinit" -- /bin/sh "$T/scripts/orphans")
expect_eq 'exit status, the signal came back' 9 $?
expect_eq 'zombies' 0 "$OUTPUT"
