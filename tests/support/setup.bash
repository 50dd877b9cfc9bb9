# What a fresh Debian 12 needs, for tests/run and examples/run; sourced.
# shellcheck shell=bash

readonly build_packages='gcc libc6-dev cmake ninja-build pkg-config git ca-certificates
	libinih-dev libuv1-dev libcgroup-dev libjansson-dev libcap-dev libcmocka-dev'
readonly rootfs_packages='mmdebstrap busybox-static'
readonly lint_packages='clang clang-format mandoc shellcheck'
readonly integration_packages='busybox-static jq tmux crun procps util-linux iproute2 curl python3'
readonly bench_packages='s6 runit supervisor tini runc systemd-container bubblewrap' # what is measured against
readonly boot_packages='busybox-static qemu-system-x86 cpio gzip'
readonly fuzz_packages='clang libclang-rt-14-dev'

# install_packages NAME...: those that are missing. Says what it does only when it does something.
install_packages() {
	local missing=() package

	for package in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
	done
	((${#missing[@]})) || return 0
	[ "$(id -u)" -eq 0 ] || { echo "missing packages (run as root, or apt-get install): ${missing[*]}" >&2; return 1; }
	echo "installing: ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null 2>&1 && return 0
	apt-get update -qq </dev/null >/dev/null 2>&1
	apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null || {
		echo "cannot install: ${missing[*]}" >&2
		return 1
	}
}

# setup_packages PART...: what these parts of the tests need.
setup_packages() {
	local part wanted=$build_packages

	for part in "$@"; do
		case $part in
		lint) wanted+=" $lint_packages" ;;
		unit) wanted+=" clang libclang-rt-14-dev" ;;
		integration) wanted+=" $integration_packages $rootfs_packages" ;;
		bench) wanted+=" $integration_packages $rootfs_packages $bench_packages" ;;
		boot) wanted+=" $boot_packages" ;;
		fuzz) wanted+=" $fuzz_packages" ;;
		esac
	done
	# shellcheck disable=SC2046,SC2086
	install_packages $(printf '%s\n' $wanted | sort -u)
}

# setup_kernel: a kernel for the machines in QEMU. That of the machine's /boot when it has Debian's cloud kernel, else one is
# unpacked, not installed, into the cache, and SVINIT_KERNEL names it.
setup_kernel() {
	local cache=${SVINIT_CACHE:-/var/cache/svinit}/kernel package

	[ -z "${SVINIT_KERNEL:-}" ] || return 0
	compgen -G '/boot/vmlinuz-*cloud-amd64' >/dev/null && return 0
	if ! compgen -G "$cache/boot/vmlinuz-*" >/dev/null; then
		apt-cache show linux-image-cloud-amd64 >/dev/null 2>&1 || apt-get update -qq </dev/null >/dev/null 2>&1
		package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-.*cloud-amd64\)$/\1/p' | head -n 1)
		[ -n "$package" ] || { echo "no cloud kernel in Debian's packages" >&2; return 1; }
		mkdir -p "$cache"
		(cd "$cache" && apt-get download -qq "$package" </dev/null >/dev/null && dpkg-deb -x "$package"_*.deb . &&
			rm -f "$package"_*.deb) || { echo "cannot get $package" >&2; return 1; }
	fi
	SVINIT_KERNEL=$(printf '%s\n' "$cache"/boot/vmlinuz-* | sort -V | tail -n 1)
	export SVINIT_KERNEL
}
