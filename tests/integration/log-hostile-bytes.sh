# a line of 1 MiB, NUL bytes and bytes that are no text are kept and harm nobody.
sh_unit web <<'END'
head -c 1048576 /dev/zero | tr '\0' 'x'
echo
printf 'a\0b\377c\033[31md\n'
echo after
END
start_svinit
ctl start web
wait_state web inactive
ctl logs -o cat web >"$T/log"
expect_eq 'every byte of the long line' 1048576 "$(tr -cd x <"$T/log" | wc -c)"
expect 'grep -qx after $T/log'
expect "grep -qaE 'a.*b' \$T/log"
expect 'grep -qa "stdout F after" $LOGS/web/current'
expect_match 'continues' 'stdout P x' "$(head -c 200 "$LOGS/web/current")"
expect_status 3 ctl status --json web
