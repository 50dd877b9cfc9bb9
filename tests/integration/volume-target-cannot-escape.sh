# a link inside the root cannot lead a mount out of it.
cp -a "$ROOT" "$T/evil"
mkdir "$T/outside" "$T/data"
echo mark >"$T/data/mark"
ln -s "$T/outside" "$T/evil/trap"
ln -s ../../../../../../../../../../../.."$T/outside" "$T/evil/trap2"
unit web <<END
[Container]
Rootfs=$T/evil
Volume=$T/data:/trap
Volume=$T/data:/trap2
[Service]
Exec=/bin/sleep 1000
END
start_svinit
ctl start web
expect_eq 'nothing was mounted or made outside' '' "$(ls -A "$T/outside")"
expect '! grep -q "$T/outside" /proc/self/mountinfo'
