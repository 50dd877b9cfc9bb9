# a volume whose source is not there fails with file and line.
sh_unit web <<'END'
exit 0
END
extend web <<END
[Container]
Volume=$T/nosuch:/data
END
start_svinit
expect_status 1 ctl start web
expect_match 'place and cause' "web\.ini:8:.*Volume.*$T/nosuch.*No such file" "$OUTPUT"
