# bash completion for svctl
# shellcheck shell=bash

# The verbs, as `svctl help` lists them: an indented lower-case word at the beginning of a line.
_svctl_verbs() {
	svctl help 2>/dev/null | sed -n 's/^  *\([a-z][a-z-]*\)  *.*/\1/p'
}

_svctl_units() {
	local runtime=() i

	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == --runtime ]] && runtime=(--runtime "${COMP_WORDS[i + 1]}")
	done
	svctl "${runtime[@]}" list 2>/dev/null | sed -n '2,$s/^[^A-Za-z0-9]*\([A-Za-z0-9:_.@-]*\).*/\1/p'
}

_svctl() {
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb='' i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--runtime) i=$((i + 1)) ;;
		-*) ;;
		*) verb=${COMP_WORDS[i]} && break ;;
		esac
	done
	if [[ $previous == --runtime || $previous == --rootfs ]]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
	elif [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(svctl ${verb:+help "$verb"} 2>/dev/null |
			grep -oE -- '--[a-z-]+')" -- "$word")
	elif [[ -z $verb ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_svctl_verbs)" -- "$word")
	elif [[ $verb == verify ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -W "$(_svctl_units)" -- "$word")
	fi
}

complete -F _svctl svctl
