# svctl logs -f prints lines as they come.
sh_unit web <<'END'
echo first
until [ -e /out/go ]; do sleep 0.05; done
echo second
exec sleep 1000
END
start_svinit
ctl start web
ctl logs -f web >"$T/follow" 2>&1 &
follower=$!
wait_for 'grep -q first $T/follow'
expect '! grep -q second $T/follow'
touch "$T/out/go"
wait_for 'grep -q second $T/follow'
kill -INT $follower
kill -TERM $follower 2>/dev/null
wait $follower
expect_eq 'the unit goes on' active "$(state web)"
