# --dry-run shows what a request would do and does nothing; a request that contradicts itself is refused.
for name in db web cache rival; do
	sh_unit $name <<<'exec sleep 1000'
done
extend web <<<$'[Unit]\nRequires=db\nWants=cache'
extend rival <<<$'[Unit]\nConflicts=db'
sh_unit torn <<<'exec sleep 1000'
extend torn <<<$'[Unit]\nRequires=db rival'
start_svinit
expect_status 0 ctl start --dry-run web
expect_eq 'the plan' 'start cache start db start web' "$(sort <<<"$OUTPUT" | xargs)"
expect_eq 'nothing was done' inactive "$(state db)"
expect_status 0 ctl start web
expect_status 0 ctl start --dry-run rival
expect_eq 'a conflict' 'start rival stop db stop web' "$(sort <<<"$OUTPUT" | xargs)"
expect_status 0 ctl restart --dry-run db
expect_eq 'a restart' 'restart db restart web' "$(sort <<<"$OUTPUT" | xargs)"
expect_eq 'nothing was done' active "$(state web)"
expect_status 1 ctl start torn
expect_match 'names the line' 'exclude each other \(.*rival\.ini:[0-9]+: Conflicts\)' "$OUTPUT"
expect_eq 'nothing was done' active "$(state web)"
