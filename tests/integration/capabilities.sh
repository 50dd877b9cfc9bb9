# the default is a short list; it can be extended and cut; nothing is inheritable; no new privileges.
for u in usual more less; do
	sh_unit $u <<-END
		grep -E '^(Cap|NoNewPrivs)' /proc/self/status >/out/$u
	END
done
extend more <<'END'
[Container]
AddCapability=CAP_SYS_TIME
NoNewPrivileges=no
END
extend less <<'END'
[Container]
DropCapability=CAP_CHOWN
END
start_svinit
ctl start usual more less
for u in usual more less; do
	wait_state $u inactive
done
has() { # UNIT SET BIT
	local mask
	mask=$(sed -n "s/^Cap$2:[[:space:]]*//p" "$T/out/$1")
	(((16#$mask >> $3) & 1))
}
expect 'has usual Bnd 0 && has usual Eff 0' 'CAP_CHOWN is usual'
expect '! has usual Bnd 21 && ! has usual Eff 21' 'CAP_SYS_ADMIN is not'
expect '! has usual Bnd 25 && has more Eff 25' 'CAP_SYS_TIME can be added'
expect '! has less Bnd 0' 'CAP_CHOWN can be dropped'
expect_match inheritable 'CapInh:[[:space:]]+0000000000000000' "$(out usual)"
expect_match 'no new privileges' 'NoNewPrivs:[[:space:]]+1' "$(out usual)"
expect_match 'switched off' 'NoNewPrivs:[[:space:]]+0' "$(out more)"
