# svctl kill sends the signal that was named to the main process or to all.
sh_unit web <<'END'
trap 'echo usr1 >>/out/got' USR1
sh -c 'trap "echo child-usr1 >>/out/got" USR1; while :; do sleep 0.1; done' &
echo up >/out/up
while :; do sleep 0.1; done
END
start_svinit
ctl start web
wait_for '[ -e "$T/out/up" ]'
sleep 0.2
expect_status 0 ctl kill -s USR1 web
wait_for '[ -e "$T/out/got" ]'
expect_eq 'still up' active "$(state web)"
expect_status 2 ctl kill -s NOSUCHSIGNAL web
expect_status 4 ctl kill -s TERM nothere
