# a unit over MemoryMax is killed and reported as oom; one that is killed by hand never is.
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
exec sleep 1000
END
extend child <<'END'
[Resources]
MemoryMax=16M
END
sh_unit killed <<'END'
exec sleep 1000
END
extend killed <<'END'
[Resources]
MemoryMax=16M
END
start_svinit
ctl start hog
wait_state hog failed 30
expect_eq hog oom "$(field hog .exit.reason)"
# one kill inside is the end of the whole container
ctl start child
wait_state child failed 30
expect_eq 'a child over the limit' oom "$(field child .exit.reason)"
expect_status 0 ctl start killed
kill -KILL "$(pid killed)"
wait_state killed failed
expect_eq 'killed by hand' 'signaled 9' "$(field killed '.exit | "\(.reason) \(.signal)"')"
