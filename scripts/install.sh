#!/usr/bin/env bash
# Creates a virtual environment and installs everything into it, once.
#
# Environment:
#   PYTHON           interpreter to use (default: the first of Python 3.10-3.14 found)
#   VENV             folder of the virtual environment (default: .venv)
#   TORCH_SPEC       torch to install, for example torch==2.9.1 (default: torch.txt)
#   TORCH_INDEX_URL  additional package index for torch, for builds for another CUDA
#                    version (default: without a GPU PyTorch's own index for CPU)
# pip's own variables (PIP_INDEX_URL, PIP_FIND_LINKS, ...) work as always.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=${VENV:-.venv}
python=$venv/bin/python
stamp=$venv/.mcf-installed
cpu_index=https://download.pytorch.org/whl/cpu

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 15))'; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13 python3.14 python3.10}; do
        if command -v "$candidate" >/dev/null && fits "$candidate" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "no Python 3.10 to 3.14 as ${PYTHON:-python3}; name one with PYTHON=..."
}

create_venv() {
    local base
    base=$(find_python)
    say "Creating $venv with $("$base" --version)"
    "$base" -m venv "$venv" ||
        fail "no virtual environment; on Debian or Ubuntu: apt install python3-venv"
}

# What was asked for, in one line: the same line again means nothing to do.
wanted() {
    cat requirements/*.txt pyproject.toml setup.py scripts/install.sh | sha256sum | cut -d ' ' -f 1
    echo "$("$python" --version) ${TORCH_SPEC:-} ${TORCH_INDEX_URL:-}"
}

pip_install() { "$python" -m pip install --quiet --no-input "$@"; }

has_gpu() { command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; }

installed_torch() {
    "$python" - <<'PY'
from importlib import metadata

try:
    version = metadata.version("torch")
except metadata.PackageNotFoundError:
    version = "0.0"
if tuple(int(part) for part in version.split(".")[:2]) >= (2, 4):
    print(version)
PY
}

install_torch() {
    local kept index=()
    kept=$(installed_torch)
    [[ -z ${TORCH_INDEX_URL:-} ]] || index=(--extra-index-url "$TORCH_INDEX_URL")
    if [[ -n $kept ]]; then
        say "Keeping torch $kept"
        pip_install "${index[@]}" "torch==$kept" torchvision
    elif [[ -n ${TORCH_SPEC:-} ]]; then
        pip_install "${index[@]}" "$TORCH_SPEC" torchvision
    elif [[ $(uname -s) != Linux ]] || has_gpu; then
        pip_install "${index[@]}" -r requirements/torch.txt
    else
        install_torch_for_cpu "${index[@]}"
    fi
}

# PyPI's build for Linux brings CUDA, so the build for CPU is asked for by its name.
install_torch_for_cpu() {
    local spec
    spec=$(sed -n 's/^torch==.*/&+cpu/p' requirements/torch.txt)
    if offered "$spec" "$@"; then
        pip_install "$@" "$spec" -r requirements/torch.txt
    elif [[ $# == 0 ]] && answers && offered "$spec" --extra-index-url "$cpu_index"; then
        say "No GPU here: torch for CPU from $cpu_index"
        pip_install --extra-index-url "$cpu_index" "$spec" -r requirements/torch.txt
    else
        say "No GPU here, and no CPU build of torch in reach (the package indexes and" \
            "$cpu_index were asked; TORCH_INDEX_URL names another): taking PyPI's" \
            "build with CUDA, some GB"
        pip_install "$@" -r requirements/torch.txt
    fi
}

offered() { pip_install "${@:2}" --dry-run --no-deps "$1" >/dev/null 2>&1; }

# Looking up a name may hang longer than any limit on the connection: 3 s in all.
answers() {
    timeout 3 "$python" -c \
        'import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=3)' \
        "$cpu_index/torch/" >/dev/null 2>&1
}

install_rest() {
    pip_install -c requirements/constraints.txt --editable ".[all,tests]"
    pip_install --no-deps -r requirements/no_deps.txt
}

# OpenCV's usual build needs libraries of a desktop, which servers lack.
check_opencv() {
    "$python" -c 'import cv2' 2>/dev/null && return
    say "OpenCV does not load here: replacing it by its build without windows"
    pip_install --no-deps --force-reinstall -c requirements/constraints.txt \
        opencv-python-headless
    "$python" -c 'import cv2'
}

[[ -x $python ]] || create_venv
fits "$python" || fail "$venv has $("$python" --version); delete it and run again"
if [[ $(wanted) == "$(cat "$stamp" 2>/dev/null)" ]]; then
    say "Up to date: $venv"
    exit
fi
say "Installing into $venv (about a minute)"
install_torch
install_rest
check_opencv
wanted >"$stamp"
say "Installed in $SECONDS s: $venv"
