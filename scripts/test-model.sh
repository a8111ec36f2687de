#!/usr/bin/env bash
# Tests of the Python model package. Uses Debian's torch where it is, else pinned wheels; nothing else is installed.
set -euo pipefail
cd "$(dirname "$0")/../model"

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
    .venv/bin/python - <<'PY' | xargs .venv/bin/pip install --quiet
import tomllib
print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['test'])
PY
  fi
fi

# Spinning OpenMP threads make two threads slower than one on a shared machine.
export OMP_WAIT_POLICY=passive
exec .venv/bin/python -m pytest -q --no-header "$@"
