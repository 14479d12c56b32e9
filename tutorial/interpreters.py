"""The Pythons of this machine that the chapters run on."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uv

from tutorial.errors import TutorialError

# Python 3.14 removed ast.Str, which the chapters' Werkzeug uses.
SUPPORTED = ("3.11", "3.12", "3.13")

QUESTION = "import sys; print(*sys.version_info[:3], sys.executable)"


@dataclass(frozen=True)
class Interpreter:
    """A Python that runs."""

    version: str  # 3.12.1
    path: Path

    @property
    def minor(self) -> str:
        """The version without its last number, as in `3.12`."""
        return self.version.rpartition(".")[0]


def current() -> Interpreter:
    """The Python that the tooling itself runs on."""
    version = ".".join(str(number) for number in sys.version_info[:3])
    return Interpreter(version, Path(sys.executable))


def find(minor: str) -> Interpreter:
    """A Python of this minor version, or a sentence that there is none."""
    if minor not in SUPPORTED:
        raise TutorialError(
            f"The chapters don't run on Python {minor}: they run on {', '.join(SUPPORTED)}."
        )
    if current().minor == minor:
        return current()
    for candidate in candidates(minor):
        interpreter = ask(candidate)
        if interpreter and interpreter.minor == minor:
            return interpreter
    raise TutorialError(f"There is no Python {minor} on this machine.")


def find_all() -> list[Interpreter]:
    """One Python of each supported minor version that this machine has."""
    found = []
    for minor in SUPPORTED:
        try:
            found.append(find(minor))
        except TutorialError:
            continue
    return found


def candidates(minor: str) -> Iterator[Path]:
    """Where a Python of this minor version may be; what is there may not run."""
    for folder in os.get_exec_path():
        if program := shutil.which(f"python{minor}", path=folder):
            yield Path(program)
    # pyenv's programs in PATH run the versions that are switched on only.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted(pyenv.glob(f"{minor}.*/bin/python"), key=version_order, reverse=True)
    # Whatever else uv knows of: its own Pythons, the Windows registry.
    asked = subprocess.run(
        [uv.find_uv_bin(), "python", "find", "--quiet", "--no-project", "--system", minor],
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if asked.returncode == 0:
        yield Path(asked.stdout.strip())


def version_order(path: Path) -> list[int]:
    """Sorts .../3.12.10/bin/python after .../3.12.9/bin/python."""
    return [int(number) for number in re.findall(r"\d+", path.parent.parent.name)]


def ask(program: Path) -> Interpreter | None:
    """What this program says of itself; None if it doesn't run."""
    try:
        answer = subprocess.run(
            [program, "-c", QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if answer.returncode != 0:
        return None
    major, minor, micro, path = answer.stdout.strip().split(" ", 3)
    return Interpreter(f"{major}.{minor}.{micro}", Path(path))
