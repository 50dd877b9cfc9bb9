# unit files of garbage are refused with a place; a long value and quotes survive.
head -c 5000 /dev/urandom >"$UNITS/noise.ini"
printf '[Service]\nExec=/bin/true\0hidden\n' >"$UNITS/nul.ini"
{ printf '[Service]\nExec=/bin/true '; head -c 1048576 /dev/zero | tr '\0' 'x'; echo; } >"$UNITS/long.ini"
printf 'Exec=/bin/true\n' >"$UNITS/nosection.ini"
printf '[Service\nExec=/bin/true\n' >"$UNITS/unclosed.ini"
printf '[Service]\nExec=/bin/sh -c "unbalanced\n' >"$UNITS/quote.ini"
: >"$UNITS/empty.ini"
mkdir "$UNITS/folder.ini"
for u in noise nul nosection unclosed quote; do
	OUTPUT=$("$BIN/svctl" verify "$UNITS/$u.ini" 2>&1)
	expect_eq "$u refused" 1 $?
	expect_match "$u has a place" "$u\.ini:[0-9]+" "$OUTPUT"
done
# four thousand bytes are an ordinary value
{ printf '[Container]\nRootfs=%s\n[Service]\nType=oneshot\nExec=/bin/sh -c "echo \\"a ; b\\" # \x27c\x27 " ' "$ROOT"
	head -c 4000 /dev/zero | tr '\0' 'y'; echo; } >"$UNITS/fine.ini"
expect_status 0 "$BIN/svctl" verify "$UNITS/fine.ini"
start_svinit
expect_status 0 ctl start fine
expect_eq 'the semicolon survives' 'a ; b' "$(log_of fine)"
expect_eq 'state' degraded "$(system .state)"
