# EnvironmentFile= is read at each start, after Environment=; a missing one is an error with its place.
cat >"$T/env" <<'END'
# a comment
PLAIN=value of one
QUOTED="two words \"and\" more"
SINGLE='as $it stands'
OVER=file
END
sh_unit show <<'END'
printf '%s|' "$PLAIN" "$QUOTED" "$SINGLE" "$OVER" >/out/env
END
extend show <<<$'Type=oneshot\nEnvironment=OVER=unit\nEnvironmentFile='"$T/env"$'\nEnvironmentFile=-/nowhere'
sh_unit lost <<<'true'
extend lost <<<$'EnvironmentFile=/nowhere/env'
sh_unit bad <<<'true'
printf 'GOOD=1\nnot a name=2\n' >"$T/badenv"
extend bad <<<"EnvironmentFile=$T/badenv"
start_svinit
expect_status 0 ctl start show
expect_eq 'the environment' 'value of one|two words "and" more|as $it stands|file|' "$(out env)"
echo 'PLAIN=changed' >>"$T/env"
expect_status 0 ctl start show
expect_match 'read anew' '^changed\|' "$(out env)"
expect_status 1 ctl start lost
expect_match 'names the line' 'lost\.ini:[0-9]+:[0-9]+: EnvironmentFile: open: /nowhere/env' "$OUTPUT"
expect_status 1 ctl start bad
expect_match 'names the line of the file' 'badenv:2:5: ' "$OUTPUT"
