# /dev has the nodes that programs need, /dev/shm, pts and the descriptor links, and no more.
sh_unit web <<'END'
cd /dev
for n in null zero full random urandom tty; do [ -c $n ] || echo "no $n" >>/out/missing; done
for l in fd stdin stdout stderr ptmx; do [ -L $l ] || [ -c $l ] || echo "no $l" >>/out/missing; done
for d in pts shm; do grep -q " /dev/$d " /proc/mounts || echo "no mount $d" >>/out/missing; done
echo x >/dev/shm/x && echo x >/dev/null || echo "cannot write" >>/out/missing
[ "$(head -c 4 /dev/zero | od -An -tx1 | tr -d ' \n')" = 00000000 ] || echo "zero" >>/out/missing
[ "$(head -c 8 /dev/urandom | wc -c)" = 8 ] || echo "urandom" >>/out/missing
echo x 2>/dev/null >/dev/full && echo "full takes" >>/out/missing
ls /dev >/out/nodes
echo done >/out/done
END
start_svinit
ctl start web
wait_for '[ -e "$T/out/done" ]'
expect_eq 'what is missing' '' "$(out missing)"
expect '! grep -qE "^(sd|vd|loop|mem|kmsg|kvm)" $T/out/nodes' "$(out nodes | tr '\n' ' ')"
