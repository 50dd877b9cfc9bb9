# a runtime directory that cannot be made or written is one clear line.
mkdir "$T/ro"
mount -t tmpfs -o ro none "$T/ro"
expect_status 1 "$BIN/svinit" --units "$UNITS" --runtime "$T/ro/run" --state "$STATE" --logs "$LOGS"
expect_match 'place and cause' "$T/ro.*Read-only file system" "$OUTPUT"
expect_eq 'one line' 1 "$(wc -l <<<"$OUTPUT")"
: >"$T/file"
expect_status 1 "$BIN/svinit" --units "$UNITS" --runtime "$T/file" --state "$STATE" --logs "$LOGS"
expect_match 'place and cause' "$T/file.*Not a directory" "$OUTPUT"
expect_status 2 "$BIN/svinit" --nosuchoption
umount "$T/ro"
