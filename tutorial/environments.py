"""The chapters' environments: each has what one requirements.txt pins, and nothing else.

They are kept under .cache/ and shared by `tutorial serve` and `tutorial test`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import uv

from tutorial.chapters import Chapter
from tutorial.errors import TutorialError
from tutorial.interpreters import Interpreter
from tutorial.repository import CACHE

# What a user has set for programs of their own must not change what a chapter does.
FOREIGN = (
    "API_URL",
    "DATABASE_URL",
    "DEBUG",
    "TEST_DATABASE_URL",
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
)


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path

    @property
    def bin(self) -> Path:
        """The folder of its programs."""
        return self.folder / ("Scripts" if sys.platform == "win32" else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.bin / ("python.exe" if sys.platform == "win32" else "python")

    def variables(self, **extra: str) -> dict[str, str]:
        """The variables for a program that runs here and writes nothing beside its sources."""
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        return {
            **kept,
            "PATH": os.pathsep.join([str(self.bin), kept.get("PATH", os.defpath)]),
            "VIRTUAL_ENV": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            **extra,
        }


def location(requirements: bytes, name: str, interpreter: Interpreter, cache: Path) -> Path:
    """The folder of the environment that has these requirements on this Python."""
    key = hashlib.sha256(requirements + str(interpreter.path).encode()).hexdigest()[:12]
    return cache / "environments" / f"{name}-py{interpreter.version}-{key}"


def prepare(
    chapter: Chapter, interpreter: Interpreter, cache: Path = CACHE, with_pip: bool = False
) -> Environment:
    """The chapter's environment on this Python, made unless it is there.

    With pip it is as a reader has it, who makes it by `python -m venv`. Safe to call from several
    processes at once. Where a package can't be had, the error says what the installer said.
    """
    requirements = chapter.requirements.read_bytes()
    name = f"{chapter.name}-with-pip" if with_pip else chapter.name
    folder = location(requirements, name, interpreter, cache)
    if folder.exists():
        return Environment(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Made aside and moved when complete: an interrupted run leaves nothing that looks whole.
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as aside:
        new = Environment(Path(aside) / folder.name)
        if with_pip:
            copy(prepare(chapter, interpreter, cache=cache), new)
            run_quietly(str(new.python), "-Im", "ensurepip")
        else:
            run_uv("venv", "--relocatable", "--python", str(interpreter.path), str(new.folder))
            # `sync` takes the pins alone; `check` fails unless they are all that is needed.
            run_uv(
                *("pip", "sync", "--compile-bytecode", "--python", str(new.python)),
                str(chapter.requirements),
            )
            run_uv("pip", "check", "--python", str(new.python))
        try:
            new.folder.rename(folder)
        except OSError:
            if not folder.exists():  # another process was not faster: this is a real failure
                raise
            shutil.rmtree(new.folder)
    return Environment(folder)


def copy(environment: Environment, new: Environment) -> None:
    """Copy an environment: its files get a second name, where the disk allows it."""
    shutil.copytree(environment.folder, new.folder, symlinks=True, copy_function=link_or_copy)


def link_or_copy(source: str, target: str) -> None:
    """Give a file a second name, or copy it to another disk: installers replace files whole."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def run_uv(*arguments: str) -> None:
    """Run uv quietly; if it fails, say what it said."""
    run_quietly(uv.find_uv_bin(), "--quiet", *arguments)


def run_quietly(program: str, *arguments: str) -> None:
    """Run a program; if it fails, say what it said."""
    done = subprocess.run(
        [program, *arguments],
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        command = " ".join([Path(program).stem, *(a for a in arguments if a != "--quiet")][:3])
        raise TutorialError(f"`{command}` failed:\n{done.stdout.strip()}")
