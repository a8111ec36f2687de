#!/usr/bin/env bash
# Tests of the Python model package. Uses Debian's torch where it is, else pinned wheels, and onnxruntime where pip can get it.
set -euo pipefail
cd "$(dirname "$0")/../model"

# The requirements of one of the package's extras, one a line.
extra() {
  .venv/bin/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['$1'], sep='\n')"
}

debian=/usr/bin/python3
modules='import numpy, onnx, PIL, pytest, torch'
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c "$modules" 2>/dev/null; then
  rm -rf .venv
  if [ -x "$debian" ] && "$debian" -c 'import torch' 2>/dev/null; then
    "$debian" -m venv --system-site-packages .venv
  else
    python3 -m venv .venv
  fi
  if ! .venv/bin/python -c "$modules" 2>/dev/null; then
    if .venv/bin/python -c 'import torch' 2>/dev/null; then
      echo 'Debian packages are missing: apt-get install python3-onnx python3-pil python3-numpy python3-pytest' >&2
      exit 1
    fi
    extra test | xargs .venv/bin/pip install --quiet
  fi
fi
if ! .venv/bin/python -c 'import onnxruntime' 2>/dev/null; then
  extra test-parity | xargs .venv/bin/pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 ||
    echo 'onnxruntime could not be installed: exported graphs are not compared with PyTorch' >&2
fi

# Spinning OpenMP threads make two threads slower than one on a shared machine.
export OMP_WAIT_POLICY=passive
exec .venv/bin/python -m pytest -q --no-header "$@"
