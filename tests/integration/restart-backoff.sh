# Restart=on-failure restarts with growing delays; a good end is no reason.
sh_unit flaky <<'END'
date +%s%N >>/out/starts 2>/dev/null || cut -d' ' -f1 /proc/uptime >>/out/starts
cut -d' ' -f1 /proc/uptime >>/out/uptimes
exit 1
END
extend flaky <<'END'
Restart=on-failure
RestartSec=200ms
RestartMaxDelaySec=10
END
sh_unit good <<'END'
exit 0
END
extend good <<'END'
Restart=on-failure
END
sh_unit always <<'END'
echo x >>/out/always
exit 0
END
extend always <<'END'
Restart=always
RestartSec=0
RestartMaxDelaySec=100ms
END
start_svinit
ctl start flaky good always
wait_for '[ "$(wc -l <$T/out/uptimes)" -ge 5 ]' 30
expect 'awk "{ if (NR > 1) d[NR - 1] = \$1 - last; last = \$1 }
	END { exit !(d[1] >= 0.15 && d[4] > d[1] * 2 && d[4] > 0.6) }" <$T/out/uptimes' \
	"$(tr '\n' ' ' <"$T/out/uptimes")"
expect '(( $(field flaky .restarts) >= 4 ))'
expect '(( $(wc -l <$T/out/always) >= 3 ))'
expect_eq good inactive "$(state good)"
expect_eq 'restarts of good' 0 "$(field good .restarts)"
ctl stop flaky always
expect_eq 'stays stopped' inactive "$(state always)"
