# svctl run on a terminal: a controlling terminal with job control and the window's size.
needs tmux tmux
start_svinit
export TMUX_TMPDIR=$T
tmux -f /dev/null new-session -d -s t -x 91 -y 33 "bash --norc" || fail 'no tmux'
type() { tmux send-keys -t t "$1" Enter; }
screen() { tmux capture-pane -p -t t; }
type "'$BIN/svctl' --runtime '$RUNTIME' run --rootfs '$ROOT' -- /bin/sh; echo ended \$?"
wait_for 'screen | grep -qE "^/? ?#|[#\$] *$"' 20
type 'tty && stty size && echo job-$((1+1))'
wait_for 'screen | grep -q "^job-2"'
expect_match 'the size of the window' '33 91|32 91' "$(screen)"
expect '! screen | grep -q "job control turned off"'
type 'sleep 1001'
wait_for 'pgrep -f "^sleep 1001" >/dev/null'
tmux send-keys -t t C-c
wait_for '! pgrep -f "^sleep 1001" >/dev/null'
type 'sleep 1002 &'
wait_for 'pgrep -f "^sleep 1002" >/dev/null'
type 'fg'
sleep 0.3
tmux send-keys -t t C-z
wait_for 'screen | grep -qi "stopped"'
tmux resize-window -t t -x 77 -y 22
sleep 0.3
type 'stty size'
wait_for 'screen | grep -qE "^(22|21) 77"'
type 'kill -9 %1'
wait_for '! pgrep -f "^sleep 1002" >/dev/null'
type 'wait'
type 'exit 5'
wait_for 'screen | grep -q "^ended 5"'
tmux kill-server
rm -rf "$T"/tmux-*
