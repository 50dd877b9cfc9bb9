# a log is rotated by size and keeps as many files as it may, losing no line in between.
sh_unit web <<'END'
i=0
while [ $i -lt 4000 ]; do echo "line $i 0123456789012345678901234567890123456789"; i=$((i + 1)); done
END
extend web <<'END'
[Log]
MaxFileSize=64K
MaxFiles=3
END
sh_unit all <<'END'
i=0
while [ $i -lt 4000 ]; do echo "line $i 0123456789012345678901234567890123456789"; i=$((i + 1)); done
END
extend all <<'END'
[Log]
MaxFileSize=64K
MaxFiles=100
END
start_svinit
ctl start web all
wait_state web inactive 30
wait_state all inactive 30
log_of all >"$T/all"
expect_eq 'all lines in order' "$(seq 0 3999 | sha256sum)" "$(cut -d' ' -f2 <"$T/all" | sha256sum)"
expect '(( $(ls $LOGS/all | wc -l) > 4 ))'
expect '(( $(ls $LOGS/web | wc -l) <= 4 && $(ls $LOGS/web | wc -l) >= 2 ))' "$(ls "$LOGS/web")"
expect '[ -z "$(find $LOGS/web -type f -size +65k)" ]'
expect_match 'the end is kept' 'line 3999' "$(log_of web | tail -n 1)"
