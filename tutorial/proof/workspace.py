"""The reader's computer, as far as a page is concerned: a home, and in it the folder to work in.

It lies in a temporary folder outside the repository. Every path in it, without that folder's own,
is what a reader could have: /home/you/todo.
"""

import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path, PurePosixPath
from typing import Self

from tutorial.environments import Environment, copy
from tutorial.interpreters import Interpreter
from tutorial.proof import docker
from tutorial.proof.tree import Tree, TreeFile, read_tree
from tutorial.watchdog import watchdog

PREFIX = "tutorial-"  # the normaliser `folder` knows it

# Of the user's own variables, those that decide how packages and containers are reached.
KEPT_PREFIXES = ("PIP_", "DOCKER_", "COMPOSE_", "CONTAINERS_")
KEPT = {
    *("http_proxy", "https_proxy", "no_proxy", "all_proxy"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
}

COLUMNS, ROWS = 80, 24
ENVIRONMENT = ".venv"


class Workspace:
    """The reader's folder, filled with what the chapter before left; removed when closed.

    Where a virtual environment is given, the folder has a copy of it, and it is active.
    """

    def __init__(
        self, start: Tree, interpreter: Interpreter, environment: Path | None = None
    ) -> None:
        self._start = start
        self._environment = environment
        self.root = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        watchdog.watch_folder(self.root)
        self.home = self.root / "home" / "you"
        self.folder = self.home / "todo"
        self._programs = self.root / "usr" / "local" / "bin"
        self._temporary = self.root / "tmp"
        # Programs that a page starts may run as other users: PostgreSQL refuses to run as root.
        self.root.chmod(0o755)
        self._programs.mkdir(parents=True)
        self._offer(interpreter)
        self._fill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove everything, and what runs in containers for it."""
        try:
            self._clear_containers()
        finally:
            shutil.rmtree(self.root, ignore_errors=True)
            if not self.root.exists():
                watchdog.forget_folder(self.root)

    def start_anew(self) -> None:
        """Let everything be as it was at first."""
        self._clear_containers()
        for folder in (self.home, self._temporary):
            shutil.rmtree(folder)
        self._fill()

    def _fill(self) -> None:
        """Make the folders, and in the reader's what it begins with."""
        for folder in (self.folder, self._temporary):
            folder.mkdir(parents=True)
        self._temporary.chmod(0o1777)
        if self._environment:
            copy(Environment(self._environment), Environment(self.folder / ENVIRONMENT))
        for path, file in self._start.items():
            self.write(path, file)

    def _clear_containers(self) -> None:
        if (self.folder / "docker-compose.yml").exists():
            docker.clear(self.folder, self.variables())

    def write(self, path: str, file: TreeFile) -> None:
        """Write a file of the reader's folder, and the folders above it."""
        target = self.folder / PurePosixPath(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        target.chmod(0o755 if file.executable else 0o644)

    def tree(self) -> dict[str, TreeFile]:
        """What the reader's folder holds."""
        return read_tree(self.folder)

    def variables(self) -> dict[str, str]:
        """The variables of the reader's terminals: nothing of the user's own that could show."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in KEPT or name.startswith(KEPT_PREFIXES)
        }
        path = [str(self._programs), *foreign_programs()]
        active = {}
        if self._environment:
            active = {"VIRTUAL_ENV": str(self.folder / ENVIRONMENT)}
            path.insert(0, str(self.folder / ENVIRONMENT / "bin"))
        return {
            "PIP_CACHE_DIR": str(cache_folder() / "pip"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_DEFAULT_TIMEOUT": "100",  # pip would warn of each wait of 15 seconds
            "DOCKER_CONFIG": str(Path.home() / ".docker"),
            **kept,
            **active,
            # Every page's folder has the same name, from which Compose would name containers and
            # volumes: pages that run side by side, and a user's own `todo`, would share them.
            "COMPOSE_PROJECT_NAME": self.root.name,
            "PATH": os.pathsep.join(path),
            "HOME": str(self.home),
            "TMPDIR": str(self._temporary),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "dumb",
            "NO_COLOR": "1",
            "COLUMNS": str(COLUMNS),
            "LINES": str(ROWS),
            "PAGER": "cat",
            "SHELL": "/bin/bash",
        }

    def _offer(self, interpreter: Interpreter) -> None:
        """Make `python` and `python3` mean this interpreter."""
        # A script, not a link: the Python must find its library where it is really installed.
        script = f'#!/bin/sh\nexec {shlex.quote(str(base(interpreter)))} "$@"\n'
        for name in ("python", "python3"):
            program = self._programs / name
            program.write_text(script, "utf-8")
            program.chmod(0o755)


def base(interpreter: Interpreter) -> Path:
    """The interpreter itself, where the tooling runs in a virtual environment of it."""
    if interpreter.path == Path(sys.executable):
        return Path(getattr(sys, "_base_executable", sys.executable))
    return interpreter.path


def foreign_programs() -> list[str]:
    """The folders of PATH without the tooling's own environment."""
    own = Path(sys.prefix, "bin") if sys.prefix != sys.base_prefix else None
    return [folder for folder in os.get_exec_path() if Path(folder) != own]


def cache_folder() -> Path:
    """Where programs keep what they can get again: packages need not be fetched each time."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
