# environment, directory, umask, nice, oom score and limits are what the unit says.
sh_unit web <<'END'
env >/out/env
pwd >/out/pwd
umask >/out/umask
cut -d' ' -f19 /proc/self/stat >/out/nice
cat /proc/self/oom_score_adj >/out/oom
ulimit -n >/out/nofile
grep '^Max core' /proc/self/limits >/out/core
echo done >/out/done
END
extend web <<'END'
WorkingDirectory=/tmp
Environment=GREETING=hello "QUOTED=two words"
Environment=SECOND=2
UMask=0077
Nice=5
OOMScoreAdjust=500
LimitNOFILE=123:456
LimitCORE=0
END
start_svinit
expect_status 0 ctl start web
wait_for '[ -e "$T/out/done" ]'
expect 'grep -qx GREETING=hello $T/out/env && grep -qx "QUOTED=two words" $T/out/env'
expect 'grep -qx SECOND=2 $T/out/env && grep -qx container=svinit $T/out/env'
expect 'grep -q ^PATH= $T/out/env'
expect_eq pwd /tmp "$(out pwd)"
expect_match umask '^0*77$' "$(out umask)"
expect_eq nice 5 "$(out nice)"
expect_eq oom 500 "$(out oom)"
expect_eq nofile 123 "$(out nofile)"
expect_match core ' 0 +0 ' "$(out core)"
