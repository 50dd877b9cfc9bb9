# a second svinit on the same runtime directory is refused; the first goes on.
sh_unit web <<'END'
exec sleep 1000
END
start_svinit
ctl start web
main=$(pid web)
expect_status 1 "$BIN/svinit" --units "$UNITS" --runtime "$RUNTIME" --state "$STATE" --logs "$LOGS"
expect_match 'place and cause' "$RUNTIME.*(already|in use|another|runs)" "$OUTPUT"
expect_eq 'one line' 1 "$(wc -l <<<"$OUTPUT")"
expect_eq 'the first goes on' "$main" "$(pid web)"
