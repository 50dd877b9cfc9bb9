# svctl run: a command in a new container, its output and its exit status.
start_svinit
expect_status 0 ctl run --rootfs "$ROOT" -- /bin/echo hello
expect_eq output hello "$OUTPUT"
expect_status 7 ctl run --rootfs "$ROOT" -- /bin/sh -c 'exit 7'
expect_status 137 ctl run --rootfs "$ROOT" --namespaces mount -- /bin/sh -c 'kill -KILL $$'
expect_eq 'own pid namespace' 1 "$(ctl run --rootfs "$ROOT" -- /bin/sh -c 'echo $$')"
expect_eq 'standard input' 'through a pipe' \
	"$(echo 'through a pipe' | ctl run --rootfs "$ROOT" -- /bin/cat)"
expect_eq 'streams are apart' err "$(ctl run --rootfs "$ROOT" -- /bin/sh -c 'echo out; echo err >&2' 2>&1 >/dev/null)"
big=$(ctl run --rootfs "$ROOT" -- /bin/sh -c 'head -c 3000000 /dev/zero' | wc -c)
expect_eq 'three million bytes' 3000000 "$big"
OUTPUT=$(ctl run --rootfs "$ROOT" -- /bin/nosuchprogram 2>&1)
expect '[ $? != 0 ]'
expect_match 'a missing program is named' 'nosuchprogram.*No such file' "$OUTPUT"
OUTPUT=$(ctl run --rootfs "$T/nosuchroot" -- /bin/true 2>&1)
expect '[ $? != 0 ]'
expect_match 'a missing root is named' 'nosuchroot.*No such file' "$OUTPUT"
wait_for '[ "$(ctl status --json | jq "[.units[] | select(.name != \"default\")] | length")" = 0 ]'
