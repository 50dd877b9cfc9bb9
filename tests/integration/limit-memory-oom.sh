# a unit over MemoryMax is killed and reported as oom.
sh_unit hog <<'END'
x=0123456789abcdef
while :; do x=$x$x; done
END
extend hog <<'END'
[Resources]
MemoryMax=16M
END
sh_unit child <<'END'
sh -c 'x=0123456789abcdef; while :; do x=$x$x; done'
echo "child gave $?" >/out/child
exec sleep 1000
END
extend child <<'END'
[Resources]
MemoryMax=16M
END
start_svinit
ctl start hog
wait_state hog failed 30
expect_eq hog oom "$(field hog .exit.reason)"
# a memory kill of a part is no end of the unit; that it is killed by hand later is no oom
ctl start child
wait_for '[ -e "$T/out/child" ]' 30
expect_eq 'the main process goes on' active "$(state child)"
kill -KILL "$(pid child)"
wait_state child failed
expect_eq 'killed by hand' signaled "$(field child .exit.reason)"
