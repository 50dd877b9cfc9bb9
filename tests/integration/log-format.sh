# log files are CRI lines, one folder a unit; stdout and stderr are told apart.
sh_unit web <<'END'
echo to stdout
echo to stderr >&2
printf '\n'
printf 'tail without newline'
END
start_svinit
ctl start web
wait_state web inactive
expect_match 'through svctl' 'to stdout' "$(log_of web)"
file=$LOGS/web/current
expect '[ -f "$file" ]'
stamp='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z'
expect 'grep -qE "$stamp stdout F to stdout\$" $file'
expect 'grep -qE "$stamp stderr F to stderr\$" $file'
expect 'grep -qE "$stamp stdout F \$" $file' 'an empty line is a line'
expect 'grep -qE "$stamp stdout [PF] tail without newline\$" $file'
expect '! grep -qvE "$stamp (stdout|stderr) [PF] " $file'
