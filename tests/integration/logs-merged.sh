# svctl logs merges units in time order; -n counts lines of all; --since cuts.
sh_unit a <<'END'
for i in 1 3 5; do until [ -e /out/go$i ]; do sleep 0.02; done; echo "step $i"; touch /out/go$((i + 1)); done
exec sleep 1000
END
sh_unit b <<'END'
for i in 2 4 6; do until [ -e /out/go$i ]; do sleep 0.02; done; sleep 0.02; echo "step $i"; touch /out/go$((i + 1)); done
exec sleep 1000
END
start_svinit
ctl start a b
touch "$T/out/go1"
wait_for '[ -e $T/out/go7 ]'
expect_eq merged 'step 1,step 2,step 3,step 4,step 5,step 6' \
	"$(ctl logs -o cat a b | grep step | paste -sd,)"
expect_eq 'all units' 6 "$(ctl logs -o cat | grep -c step)"
expect_eq 'one unit' 'step 2,step 4,step 6' "$(ctl logs -o cat b | grep step | paste -sd,)"
expect_eq 'last two' 'step 5,step 6' "$(ctl logs -o cat -n 2 a b | paste -sd,)"
mark=$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)
sleep 0.1
expect_eq 'since now' 0 "$(ctl logs -o cat --since "$mark" a b | grep -c step)"
expect_eq 'since an hour' 6 "$(ctl logs -o cat --since 1h a b | grep -c step)"
expect_match 'says which unit' '^[^ ].* b(\[|:| )' "$(ctl logs b | head -n 1)"
expect_status 4 ctl logs nothere
