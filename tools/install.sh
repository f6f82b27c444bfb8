#!/bin/sh
# Make the virtual environment $1 with exactly what constraints.txt names. Fast with uv, and still done without it.
set -eu
venv=$1
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    seen=$("$python" --version 2>&1 || echo "no program called $python")
    echo "Seen: $seen. Expected: Python 3.11 or newer. Install one and name it: make PYTHON=python3.12" >&2
    exit 1
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv" || {
    echo "Seen: $python cannot make a virtual environment. Expected: its venv module. On Debian: apt-get install python3-venv" >&2
    exit 1
}

pip="$venv/bin/python -m pip --disable-pip-version-check"
echo "Installing about 200 pinned packages into $venv (1.3 GB; seconds to a few minutes) ..."
$pip install -q "$(grep '^uv==' constraints.txt)" 2>/dev/null || true
if ! "$venv/bin/uv" pip install -q --python "$venv/bin/python" --no-deps --compile-bytecode -r constraints.txt 2>"$venv/uv.log"; then
    echo "uv could not (see $venv/uv.log); pip does it, which takes longer ..."
    $pip install -q --no-deps -r constraints.txt
fi
$pip install -q --no-deps --no-build-isolation --editable .
