#!/usr/bin/env bash
# Installs the optional packages into a virtual environment of their own (Gradio
# replaces Pillow) and runs the tests that are skipped without them, the short demo from
# an installed wheel, and the notebooks. What is skipped even so is listed with its
# reason at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export VENV=.venv-extras
scripts/install.sh
# Not with constraints.txt: Gradio needs an older Pillow than is pinned there.
"$VENV/bin/python" -m pip install --quiet --no-input \
    --editable ".[webui,serve,docs,prepare-ray,tests-extras]"
"$VENV/bin/python" -m pytest --runslow -rs "$@" \
    tests/test_webui tests/test_docs/test_site.py tests/test_tools/test_webui.py \
    tests/test_serving tests/test_tools/test_serve.py \
    tests/test_export/test_weights.py tests/test_preparation/test_prepare.py \
    tests/test_compat.py tests/test_wheel.py tests/test_demo tests/test_notebooks.py \
    tests/test_utils/test_completion.py
