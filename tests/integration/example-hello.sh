# examples/hello runs as it is.
cp "${BASH_SOURCE[0]%/*}/../../examples/hello/hello.ini" "$UNITS/"
expect_status 0 "$BIN/svctl" verify "$UNITS"
start_svinit
wait_state hello active
wait_for 'log_of hello | grep -q "hello from pid 1 on hello"'
