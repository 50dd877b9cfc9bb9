# User= and Group= are looked up in the container's own files.
sh_unit name <<'END'
id -u >/out/name-u; id -g >/out/name-g; id -G >/out/name-G
END
extend name <<'END'
User=tester
END
sh_unit number <<'END'
id -u >/out/number-u; id -g >/out/number-g
END
extend number <<'END'
User=1234
Group=4242
END
sh_unit ghost <<'END'
id
END
extend ghost <<'END'
User=nosuchuser
END
start_svinit
ctl start name number
wait_state name inactive
wait_state number inactive
expect_eq name '4242 4242 4242' "$(out name-u) $(out name-g) $(out name-G)"
expect_eq number '1234 4242' "$(out number-u) $(out number-g)"
expect_status 1 ctl start ghost
expect_match 'place and cause' 'ghost\.ini:[0-9]+:.*nosuchuser' "$OUTPUT"
