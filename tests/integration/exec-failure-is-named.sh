# a program that is not there, or cannot be executed, fails with file, line and cause.
unit missing <<END
[Container]
Rootfs=$ROOT
[Service]
Type=exec
Exec=/bin/nosuchprogram --flag
END
unit noexec <<END
[Container]
Rootfs=$ROOT
[Service]
Type=exec
Exec=/etc/passwd
END
unit noroot <<END
[Container]
Rootfs=$T/nosuchroot
[Service]
Exec=/bin/true
END
sh_unit good <<'END'
exec sleep 1000
END
start_svinit
expect_status 0 ctl start good
expect_status 1 ctl start missing
expect_match missing 'missing\.ini:5:.*nosuchprogram.*No such file' "$OUTPUT"
expect_eq reason start-failed "$(field missing .exit.reason)"
expect_status 1 ctl start noexec
expect_match noexec 'noexec\.ini:5:.*Permission denied' "$OUTPUT"
expect_status 1 ctl start noroot
expect_match noroot 'noroot\.ini:2:.*nosuchroot.*No such file' "$OUTPUT"
expect_eq 'the good one goes on' active "$(state good)"
