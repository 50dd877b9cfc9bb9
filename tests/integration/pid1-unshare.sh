# svinit is pid 1 of a plain pid namespace and supervises there.
unit plain <<END
[Container]
Namespaces=none
[Network]
Mode=host
[Service]
Exec=/bin/sleep 1000
[Install]
WantedBy=default
END
sh_unit boxed <<'END'
exec sleep 1001
END
extend boxed <<'END'
[Install]
WantedBy=default
END
unshare --pid --fork --kill-child --mount-proc "$BIN/svinit" --units "$UNITS" --runtime "$RUNTIME" \
	--state "$STATE" --logs "$LOGS" >"$T/svinit.log" 2>&1 &
outer=$!
wait_for control_answers 20
wait_state plain active
wait_state boxed active
init=$(pgrep -P $outer)
kill -TERM "$init"
wait $outer
expect_eq 'exit status' 0 $?
