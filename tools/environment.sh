# Sourced by quickstart.sh and run_tests.sh: makes and fills .venv.
#
#   prepare_environment [requirements file ...]
#
# Environment variables:
#   PYTHON            the interpreter to start from (default: python3)
#   MMGESTURE_VENV    where the environment goes (default: .venv)
# pip's own settings (PIP_INDEX_URL and so on) are respected, so PyTorch's
# CPU-only index can be used: see the README.

MMGESTURE_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="${MMGESTURE_VENV:-$MMGESTURE_ROOT/.venv}"

say() { printf '\n\033[1m==> %s\033[0m\n' "$*"; }

# Prints the site-packages folder of a torch that is installed and in range.
usable_torch() {
    "$1" - <<'PY' 2>/dev/null
import pathlib
from importlib.metadata import distribution
torch = distribution('torch')
major, minor = (int(n) for n in torch.version.split('.')[:2])
assert (2, 1) <= (major, minor) <= (2, 13)
print(pathlib.Path(torch.locate_file('')).resolve())
PY
}

prepare_environment() {
    local python="${PYTHON:-python3}" root="$MMGESTURE_ROOT"
    "$python" - <<'PY' || return 1
import sys
if not (3, 10) <= sys.version_info < (3, 13):
    sys.exit(f'Python 3.10 to 3.12 is needed, {sys.version.split()[0]} was '
             'found. Set PYTHON to another interpreter.')
PY
    if [ ! -x "$VENV/bin/python" ]; then
        say "Making the environment $VENV"
        "$python" -m venv "$VENV" || return 1
        local outside
        if outside="$(usable_torch "$python")"; then
            echo "Using the torch that is installed in $outside"
            echo "$outside" > "$("$VENV/bin/python" -c \
                'import sysconfig; print(sysconfig.get_path("purelib"))'
            )/torch_from_outside.pth"
        fi
    fi
    local python="$VENV/bin/python" lock="$VENV/constraints.txt"
    # The lock needs Python 3.11; a torch that is there keeps its version.
    : > "$lock"
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        cp "$root/requirements/lock.txt" "$lock"
        if usable_torch "$python" > /dev/null; then
            sed -i '/^torch==/d' "$lock"
        fi
    else
        echo 'torch==2.13.0' > "$lock"
        usable_torch "$python" > /dev/null && : > "$lock"
    fi
    local arguments=(-r "$root/requirements/runtime.txt") file
    for file in "$@"; do arguments+=(-r "$root/requirements/$file"); done
    local stamp="$VENV/.installed${*:+-$1}"
    local wanted
    wanted="$(cat "$root"/requirements/*.txt "$root"/setup.py \
        "$root"/pyproject.toml "$root"/mmgesture/ops/csrc/* | sha256sum) $*"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        say 'Installing the requirements'
        "$python" -m pip install --disable-pip-version-check \
            -c "$lock" "${arguments[@]}" || return 1
        say 'Installing mmgesture and building its C++ extension'
        "$python" -m pip install --disable-pip-version-check -q \
            --no-deps -e "$root" || return 1
        echo "$wanted" > "$stamp"
    fi
}
