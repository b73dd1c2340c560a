# shellcheck shell=bash disable=SC2034,SC2154
# What the scripts beside this file share; it is sourced, never run. The caller has set `root`.
# Promises: standard output belongs to the caller (everything here speaks on standard error); nothing is
# installed when dpkg already has it; a failure ends the script with one line that says what to do.

say() { printf '%s\n' "$*" >&2; }

die() {
    say "${0##*/}: $*"
    exit 1
}

# Puts a Swift 6.3 (or newer) toolchain on PATH.
find_swift() {
    local directory version
    if ! command -v swift >/dev/null 2>&1; then
        for directory in /opt/swift/usr/bin "${SWIFTLY_BIN_DIR:-$HOME/.local/share/swiftly/bin}" \
            "$HOME"/.local/share/swiftly/toolchains/*/usr/bin; do
            if [ -x "$directory/swift" ]; then
                PATH="$directory:$PATH"
                export PATH
                break
            fi
        done
    fi
    command -v swift >/dev/null 2>&1 ||
        die "no Swift toolchain found (looked on PATH, in /opt/swift and in ~/.local/share/swiftly): install Swift 6.3 from swift.org"
    # A toolchain that was unpacked and no more may lack the libraries it was built against.
    swift build --version >/dev/null 2>&1 || install_packages "${toolchain_packages[@]}"
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    [ -n "$version" ] || die "$(command -v swift) does not run: $(swift --version 2>&1 | head -n 1)"
    if [ "${version% *}" -lt 6 ] || { [ "${version% *}" -eq 6 ] && [ "${version#* }" -lt 3 ]; }; then
        die "Swift 6.3 or newer is needed, and $(command -v swift) is ${version/ /.}"
    fi
}

# The Debian packages among the arguments that dpkg does not have, one a line.
missing_packages() {
    local installed name
    # Two characters: what was wanted and what is; the second one counts, so a package on hold is there too.
    installed=$(dpkg-query -W -f='${db:Status-Abbrev}|${Package}|\n' "$@" 2>/dev/null | grep '^.i' || [ $? -eq 1 ])
    for name in "$@"; do
        case "$installed" in *"|$name|"*) ;; *) printf '%s\n' "$name" ;; esac
    done
}

# Runs a command as root: as it is, through sudo without a password, or through sudo with its prompt.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    elif command -v sudo >/dev/null 2>&1 && [ -t 0 ] && [ -t 2 ]; then
        sudo "$@"
    else
        return 77
    fi
}

# Installs the Debian packages that are missing and starts none of their services.
install_packages() {
    local missing log status=0
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "${0##*/}: not a Debian machine, so nothing is installed; needed are: $*"
        return 0
    fi
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "${0##*/}: installing ${missing[*]}"
    log=$(mktemp)
    # A policy-rc.d that answers 101 is how Debian says "do not start daemons"; one that is there already is left alone.
    # The package lists are fetched only when the first try shows that they are missing or old.
    # shellcheck disable=SC2016 # expanded by the inner shell
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a sh -c '
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            trap "rm -f $policy" EXIT
            trap "exit 130" INT TERM
            printf "#!/bin/sh\nexit 101\n" >"$policy" && chmod 755 "$policy"
        fi
        set -- -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 install "$@"
        apt-get "$@" || { apt-get -q -o DPkg::Lock::Timeout=300 update && apt-get "$@"; }
    ' sh "${missing[@]}" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -eq 77 ]; then
        rm -f "$log"
        die "these Debian packages are missing and neither root nor sudo is at hand; as root run: apt-get install ${missing[*]}"
    elif [ "$status" -ne 0 ]; then
        tail -n 30 "$log" >&2
        rm -f "$log"
        die "apt-get could not install ${missing[*]} (its last lines are above)"
    fi
    rm -f "$log"
}

# What every build needs beside the toolchain: OpenSSL and what finds it, the C library and the linker.
build_packages=(libssl-dev pkg-config libc6-dev libstdc++-12-dev binutils)
# What the toolchain itself needs to run.
toolchain_packages=(git libcurl4 libedit2 libncurses6 libsqlite3-0 libxml2 libz3-4 tzdata zlib1g)

# How the release binary is built; every script that touches it says so with these words.
# The Swift runtime is linked in, so the binary starts faster and runs without the toolchain.
release_flags=(-c release --product hoplens --static-swift-stdlib)
release_binary=.build/release/hoplens

# Installs what a build needs and finds the compiler.
prepare_build() {
    install_packages "${build_packages[@]}"
    find_swift
}

# Runs `swift build` with a time limit, and once more when it ran into it: build_patiently LOG ARGUMENTS
# Swift 6.3.1's driver has been seen to sleep for ever on a futex in the middle of a build; what was built stays built.
build_patiently() {
    local output=$1 status=0
    shift
    for _ in 1 2; do
        status=0
        (cd "$root" && timeout -k 10 900 swift build "$@") >"$output" 2>&1 </dev/null || status=$?
        [ "$status" -eq 124 ] || [ "$status" -eq 137 ] || return "$status"
        say "${0##*/}: the build did not end within 15 minutes and is started once more"
    done
    return "$status"
}

# Builds the release binary when a source is newer than it; silent unless it fails.
build_release() {
    local log
    if [ -x "$root/$release_binary" ] &&
        [ -z "$(find "$root/Package.swift" "$root/Sources" -newer "$root/$release_binary" -print -quit)" ]; then
        return 0
    fi
    prepare_build
    say "${0##*/}: building hoplens (release) ..."
    log=$(mktemp)
    if ! build_patiently "$log" "${release_flags[@]}"; then
        cat "$log" >&2
        rm -f "$log"
        die "the build failed (its output is above)"
    fi
    rm -f "$log"
    # A change that alters nothing leaves the old time stamp, and the next run would build again.
    touch "$root/$release_binary"
}

# What Tests/Peers runs beside hoplens.
peer_packages=(nginx haproxy curl openssl apache2-utils wrk python3-venv ca-certificates)
# The stands: what serves WordPress, what stands in front of it, and the browser that edits in it.
peer_packages+=(apache2 libapache2-mod-php libapache2-mod-fcgid libapache2-mod-security2 modsecurity-crs php-fpm php-cgi
    php-cli php-mysql php-gd php-xml php-mbstring mariadb-server wordpress varnish squid caddy chromium)

# A private virtual environment for Tests/Peers in .venv, made anew when the pinned versions change; the current folder is
# the root.
python_environment() {
    local wanted log
    install_packages "${peer_packages[@]}"
    wanted=$(cat Tests/Peers/requirements.txt && /usr/bin/python3 --version)
    if [ ! -x .venv/bin/python ] || [ "$(cat .venv/made-from 2>/dev/null)" != "$wanted" ]; then
        say "${0##*/}: making the Python environment in .venv"
        rm -rf .venv
        log=$(mktemp)
        if ! /usr/bin/python3 -m venv .venv >"$log" 2>&1 ||
            ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
                --requirement Tests/Peers/requirements.txt >>"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$log"
            die "the Python environment could not be made (pip's words are above)"
        fi
        rm -f "$log"
        printf '%s\n' "$wanted" >.venv/made-from
    fi
}
