# volumes are read-write, read-only, single files, optional; tmpfs has its size; the root can be read-only.
mkdir "$T/data" "$T/fixed"
echo inside >"$T/fixed/file"
sh_unit web <<'END'
echo new >/data/new && echo ok >/out/rw
(echo new >/fixed/new) 2>/dev/null || echo refused >/out/ro
cat /fixed/file >/out/read
cat /etc/one >/out/one
(echo x >/root/x) 2>/dev/null || echo refused >/out/root
dd if=/dev/zero of=/scratch/big bs=64k count=32 2>/dev/null || echo full >/out/tmpfs
wc -c </scratch/big >/out/tmpfs-bytes
[ -e /nothing ] && echo there >/out/optional
cp /bin/busybox /scratch/b && /scratch/b true 2>/dev/null || echo noexec >/out/noexec
grep ' /data ' /proc/mounts >/out/data-mount
echo done >/out/done
END
extend web <<END
[Container]
ReadOnly=yes
Volume=$T/data:/data
Volume=$T/fixed:/fixed:ro
Volume=$T/fixed/file:/etc/one:ro
Volume=-$T/nosuch:/nothing
Tmpfs=/scratch:size=1M,noexec
END
start_svinit
expect_status 0 ctl start web
wait_for '[ -e "$T/out/done" ]'
expect_eq 'read-write volume' 'ok new' "$(out rw) $(cat "$T/data/new")"
expect_eq 'read-only volume' refused "$(out ro)"
expect_eq 'content' inside "$(out read)"
expect_eq 'a single file' inside "$(out one)"
expect_eq 'read-only root' refused "$(out root)"
expect_eq 'tmpfs is full' 'full 1048576' "$(out tmpfs) $(out tmpfs-bytes)"
expect_eq 'noexec tmpfs' noexec "$(out noexec)"
expect_match 'nosuid,nodev' 'nosuid,nodev' "$(out data-mount)"
expect '[ ! -e "$T/out/optional" ] || [ -z "$(find "$T/nosuch" 2>/dev/null)" ]'
