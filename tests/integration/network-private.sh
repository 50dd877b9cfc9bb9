# a private network has a loopback that is up, and nothing else.
sh_unit web <<'END'
ls /sys/class/net >/out/interfaces
ip addr show lo >/out/lo
ping -c 1 127.0.0.1 >/dev/null 2>&1 || true
(echo hello | nc -l -p 7777) &
for i in 1 2 3 4 5 6 7 8 9 10; do nc 127.0.0.1 7777 </dev/null >/out/answer 2>/dev/null && [ -s /out/answer ] && break; sleep 0.2; done
echo done >/out/done
END
start_svinit
expect_status 0 ctl start web
wait_for '[ -e "$T/out/done" ]' 20
expect_eq 'interfaces' lo "$(out interfaces)"
expect_match 'up' 'LOOPBACK,UP' "$(out lo)"
expect_eq 'talks to itself' hello "$(out answer)"
