#!/bin/sh
# Makes .venv, the tooling's environment, from requirements.lock. Called by make; needs a
# Python 3.11, 3.12 or 3.13 with its venv module, and nothing else.
set -eu
cd "$(dirname "$0")"
export UV_PYTHON_DOWNLOADS=never
# An environment that is active in the user's shell is none of ours.
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH

say() { printf '%s\n' "$*" >&2; }

is_supported() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
  for name in python3 python3.13 python3.12 python3.11 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[123].*/bin/python; do
    if is_supported "$name"; then
      echo "$name"
      return
    fi
  done
  say "The tutorial needs Python 3.11, 3.12 or 3.13, and none of them is in your PATH."
  exit 1
}

# The user's own uv, else the locked one in an environment of its own.
find_uv() {
  if uv --version >/dev/null 2>&1; then
    echo uv
    return
  fi
  version=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)
  if ! .tools/uv/bin/uv --version 2>/dev/null | grep -q "^uv $version"; then
    say "Installing uv $version."
    if ! "$1" -m venv --clear .tools/uv >/dev/null; then
      say "$1 can't make a virtual environment. On Debian and Ubuntu, install python3-venv."
      exit 1
    fi
    .tools/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$version"
  fi
  echo .tools/uv/bin/uv
}

python=$(find_python)
uv=$(find_uv "$python")
say "Installing the tooling on $("$python" --version)."
"$uv" venv --quiet --clear --python "$(command -v "$python")" .venv
# Compiled once here: where PYTHONDONTWRITEBYTECODE is set, each program would do it again.
"$uv" pip sync --quiet --compile-bytecode --python .venv requirements.lock
"$uv" pip install --quiet --python .venv --no-deps --editable .
touch .venv/complete
