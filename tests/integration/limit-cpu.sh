# CPUQuota holds.
sh_unit spin <<'END'
while :; do :; done
END
extend spin <<'END'
[Resources]
CPUQuota=20%
END
start_svinit
ctl start spin
before=$(field spin .cpu_usec) from=$(date +%s%N)
sleep 2
used=$(($(field spin .cpu_usec) - before)) wall=$((($(date +%s%N) - from) / 1000))
expect '((used < wall * 40 / 100))' "used $used us of $wall us"
expect '((used > 0))'
