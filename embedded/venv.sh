#!/bin/sh
# Makes or completes .venv. Usage: embedded/venv.sh PYTHON REQUIREMENTS...
# It checks what usually goes wrong first (Python's version, disk, a moved .venv), and says the way out.
set -eu
UV=uv==0.13.9
NEEDED_KB=2000000
python=$1
shift

fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

version=$("$python" --version 2>/dev/null) || fail "no '$python' that runs. Install Python 3.11 or newer, or: make PYTHON=/path/to/python3.11"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$version is too old: 3.11 or newer is needed. Give one: make PYTHON=/path/to/python3.11"

# A folder that was moved or whose Python is gone cannot be mended.
if [ -d .venv ] && ! .venv/bin/python -c '' 2>/dev/null; then rm -rf .venv; fi

if [ ! -d .venv ]; then
    free=$(df -Pk . | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$NEEDED_KB" ] ||
        fail "only $((free / 1024)) MB of disk are free here, 2 GB are needed. Free some, or clone to another disk."
    # Without a pip of its own, where Python's can serve: three seconds less.
    if "$python" -m venv --without-pip .venv 2>/dev/null &&
        "$python" -m pip --disable-pip-version-check --python .venv/bin/python install --quiet "$UV" 2>/dev/null; then :
    else
        rm -rf .venv
        "$python" -m venv .venv ||
            { rm -rf .venv; fail "'$python -m venv' failed: on Debian and Ubuntu, install python3-venv"; }
    fi
fi
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check "$UV" ||
    fail "pip could not install $UV: is there a network, or a package mirror in PIP_INDEX_URL?"
# The files pin everything, so nothing is left to resolve.
for file; do
    shift
    set -- "$@" -r "$file"
done
# The certificates of the system: a house with its own authority trusts them there.
.venv/bin/uv pip install --system-certs --quiet --no-deps --python .venv/bin/python "$@" ||
    fail "uv could not install the packages of: $*. Is there a network, or a mirror in UV_INDEX_URL?"
