# a cycle of After= is reported with the units in it; the others run.
for u in a b c; do
	sh_unit $u <<-'END'
		exec sleep 1000
	END
done
extend a <<'END'
[Unit]
Requires=b
END
extend b <<'END'
[Unit]
Requires=a
END
expect_status 1 "$BIN/svctl" verify "$UNITS/a.ini" "$UNITS/b.ini"
expect_match 'names the cycle' '[ab]\.ini:[0-9]+.*cycle.*' "$OUTPUT"
start_svinit
expect_status 0 ctl start c
expect_status 1 ctl start a
expect_match 'says where to look' 'a\.ini:8:10: error: .*cycle' "$OUTPUT"
expect_match 'said once, at the top' '[ab]\.ini:[0-9]+:[0-9]+: error: .*cycle' "$(cat "$T/svinit.log")"
