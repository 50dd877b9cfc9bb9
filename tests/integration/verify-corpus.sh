# every one of over 500 broken unit sets is refused with the file and the line of its mistake.
# timeout: 120
C=$T/corpus
mkdir "$C"
"$BIN/../tests/unit-corpus" "$C" >"$T/manifest" || fail "the corpus cannot be made"

# broken NAME PLACE...: a further set, whose files the caller has put into $C/NAME.
broken() {
	local name=$1

	shift
	printf '%s\t%s\n' "$name" "$*" >>"$T/manifest"
}

# file NAME TEXT: printf's format as the text of a file of the corpus.
file() {
	mkdir -p "$C/${1%/*}"
	# shellcheck disable=SC2059
	printf "$2" >"$C/$1"
}

# cycles: after, before, both, requirements, two keys, long ones, through templates and aliases
file c-after/a.ini '[Unit]\nAfter=b\n'; file c-after/b.ini '[Unit]\nAfter=a\n'
broken c-after a.ini:2 b.ini:2
file c-before/a.ini '[Unit]\nBefore=b\n'; file c-before/b.ini '[Unit]\nBefore=a\n'
broken c-before a.ini:2 b.ini:2
file c-same/a.ini '[Unit]\nAfter=b\nBefore=b\n'; file c-same/b.ini ''
broken c-same a.ini:2 a.ini:3
file c-requires/a.ini '[Unit]\nRequires=b\n'; file c-requires/b.ini '[Unit]\nRequires=a\n'
broken c-requires a.ini:2 b.ini:2
file c-binds/a.ini '[Unit]\nBindsTo=b\n'; file c-binds/b.ini '[Unit]\nWants=a\n'
broken c-binds a.ini:2 b.ini:2
for ((i = 0; i < 50; i++)); do
	file "c-long/u$i.ini" "[Unit]\nDescription=$i\nAfter=u$(((i + 1) % 50))\n"
done
broken c-long u0.ini:3
file c-instance/w@.ini '[Unit]\nAfter=x\n'; file c-instance/x.ini '[Unit]\nAfter=w@1\n'
broken c-instance w@.ini:2 x.ini:2
file c-alias/a.ini '[Unit]\nAfter=c\n'; file c-alias/b.ini '[Unit]\nAfter=a\n[Install]\nAlias=c\n'
broken c-alias a.ini:2 b.ini:2
file c-drop-in/a.ini ''; file c-drop-in/b.ini '[Unit]\nAfter=a\n'; file c-drop-in/a.ini.d/1.ini '\n[Unit]\nAfter=b\n'
broken c-drop-in a.ini.d/1.ini:3 b.ini:2

# encodings and structure
file e-nul/x.ini '[Unit]\nDescription=a\0b\n'; broken e-nul x.ini:2
file e-utf16/x.ini '\xff\xfe[\0U\0n\0i\0t\0]\0\n\0'; broken e-utf16 x.ini:1
file e-latin/x.ini '[Unit]\n\nDescription=caf\xe9\n'; broken e-latin x.ini:3
file e-overlong/x.ini '[Unit]\nDescription=\xc0\xaf\n'; broken e-overlong x.ini:2
file e-surrogate/x.ini '[Unit]\nDescription=\xed\xa0\x80\n'; broken e-surrogate x.ini:2
file e-unclosed/x.ini '[Unit]\n[Service\n'; broken e-unclosed x.ini:2
file e-junk/x.ini '[Unit]\n\n\njunk\n'; broken e-junk x.ini:4
file e-long/x.ini "[Unit]\n\nDescription=$(head -c 70000 /dev/zero | tr '\0' x)\n"; broken e-long x.ini:3
file e-big/x.ini ''; head -c 3000000 /dev/zero | tr '\0' '\n' >"$C/e-big/x.ini"; broken e-big x.ini

# files that are none
mkdir -p "$C/f-folder/x.ini"; broken f-folder x.ini
mkdir "$C/f-loop"; ln -s y.ini "$C/f-loop/x.ini"; ln -s x.ini "$C/f-loop/y.ini"; broken f-loop x.ini y.ini
mkdir "$C/f-self"; ln -s x.ini "$C/f-self/x.ini"; broken f-self x.ini
mkdir "$C/f-nowhere"; ln -s gone "$C/f-nowhere/x.ini"; broken f-nowhere x.ini
mkdir "$C/f-fifo"; mkfifo "$C/f-fifo/x.ini"; broken f-fifo x.ini
file f-name/'a b.ini' ''; broken f-name 'a b.ini'
file f-d-file/x.ini ''; file f-d-file/x.ini.d ''; broken f-d-file x.ini.d
file f-d-folder/x.ini ''; mkdir -p "$C/f-d-folder/x.ini.d/1.ini"; broken f-d-folder x.ini.d/1.ini
file f-d-loop/x.ini ''; mkdir "$C/f-d-loop/x.ini.d"; ln -s 1.ini "$C/f-d-loop/x.ini.d/1.ini"
broken f-d-loop x.ini.d/1.ini

# drop-ins that contradict, aliases that collide, units that are not there
file d-network/x.ini '[Service]\nExec=/a\n[Container]\nNamespaces=net mount\n'
file d-network/x.ini.d/1.ini '[Network]\nMode=host\n'; broken d-network x.ini.d/1.ini:2
file d-conflict/x.ini '[Unit]\nRequires=y\n'; file d-conflict/y.ini ''
file d-conflict/x.ini.d/1.ini '[Unit]\n\nConflicts=y\n'; broken d-conflict x.ini.d/1.ini:3
file d-target/x.ini '[Service]\nExec=/a\nNice=1\n'; file d-target/x.ini.d/1.ini '[Service]\nExec=\n'
broken d-target x.ini:3
file d-twice/x.ini '[Service]\nExec=/a\n'; file d-twice/x.ini.d/1.ini '[Service]\nNice=1\nNice=2\n'
broken d-twice x.ini.d/1.ini:3
file a-name/x.ini '[Install]\nAlias=y\n'; file a-name/y.ini ''; broken a-name x.ini:2
file a-two/x.ini '[Install]\nAlias=z\n'; file a-two/y.ini '\n[Install]\nAlias=z\n'; broken a-two y.ini:3
file t-endless/x@.ini '[Unit]\nWants=x@%%i1\n[Install]\nDefaultInstance=1\n'; broken t-endless x@.ini:2
for key in Requires Wants BindsTo PartOf Conflicts OnFailure After Before; do
	file "m-$key/x.ini" "[Unit]\n$key=default gone\n"; broken "m-$key" x.ini:2
	file "t-$key/x.ini" "[Unit]\n$key=w@\n"; broken "t-$key" x.ini:2
done
for key in WantedBy RequiredBy; do
	file "m-$key/x.ini" "[Install]\n$key=gone\n"; broken "m-$key" x.ini:2
done

expect "(($(wc -l <"$T/manifest") >= 500))" 'at least 500 sets'
# Those from the key table have one mistake in one place; of the others every place is named.
bad=0
while IFS=$'\t' read -r name places; do
	output=$("$BIN/svctl" verify "$C/$name" 2>&1)
	status=$?
	errors=$(grep -F ': error: ' <<<"$output")
	wrong=
	((status == 1)) || wrong="status $status"
	if [[ $name =~ ^[0-9] ]]; then
		grep -qvF "$C/$name/$places:" <<<"$errors" && wrong="an error elsewhere than $places"
	elif [ "$name" = f-name ]; then
		grep -qF "$C/$name/$places:" <<<"$errors" || wrong="not $places"
	else
		for place in $places; do
			grep -qE "/$name/${place//./\\.}[:)]" <<<"$errors" || wrong="not $place"
		done
	fi
	[ -z "$wrong" ] || { say "$name: $wrong: $output"; bad=$((bad + 1)); }
done <"$T/manifest"
expect_eq 'sets that were not refused as they should be' 0 "$bad"
rm -rf "$C"
