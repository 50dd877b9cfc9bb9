# As pid 1 svinit reaps 2,000 orphans, and none stays as a zombie.
guest <<'END'
i=0
while [ $i -lt 2000 ]; do (true & true); i=$((i + 1)); done
sleep 1
echo "guest: zombies $(grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l)"
svctl poweroff
END
boot
expect 'guest: zombies 0$'
expect 'reboot: Power down'
