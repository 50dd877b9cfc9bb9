# status --json has the shape that the manual promises.
sh_unit web <<'END'
exec sleep 1000
END
extend web <<'END'
[Unit]
Description=A web server
END
sh_unit sad <<'END'
exit 9
END
start_svinit
expect_status 0 ctl start web
ctl start sad
wait_state sad failed
ctl status --json >"$T/all.json"
expect 'jq -e ".system | has(\"state\") and has(\"units\") and has(\"failed\")" <$T/all.json'
expect 'jq -e ".system.failed == 1" <$T/all.json'
expect 'jq -e ".units | length >= 2" <$T/all.json'
jq '.units[] | select(.name == "web")' <"$T/all.json" >"$T/web.json"
for key in name description load active sub pid since restarts health memory_bytes cpu_usec tasks exit \
	source not_enforced; do
	expect 'jq -e "has(\"$key\")" <$T/web.json' "$key"
done
expect_eq description 'A web server' "$(jq -r .description <"$T/web.json")"
expect_eq source "$UNITS/web.ini" "$(jq -r .source <"$T/web.json")"
expect_eq active active "$(jq -r .active <"$T/web.json")"
expect 'jq -e ".pid > 1 and .restarts == 0 and (.not_enforced | type == \"array\")" <$T/web.json'
expect_eq 'exit of sad' 'exited 9' "$(field sad '.exit | "\(.reason) \(.code)"')"
expect_eq 'one unit only' 1 "$(ctl status --json web | jq '.units | length')"
