# opening /dev/stdout and /proc/self/fd/1 works as an unprivileged user.
sh_unit web <<'END'
id -u
echo by-dev >/dev/stdout
echo by-proc >/proc/self/fd/1
echo to-stderr >/dev/stderr
END
extend web <<'END'
User=nobody
END
start_svinit
ctl start web
wait_state web inactive
expect_eq 'exit' 'exited 0' "$(field web '.exit | "\(.reason) \(.code)"')"
log=$(log_of web)
expect_match 'runs as nobody' '65534' "$log"
for word in by-dev by-proc to-stderr; do
	expect_match "$word" "$word" "$log"
done
