"""Those that are measured: chapter 03, the same contract on two frameworks, and the limit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from time import monotonic, sleep

import httpx
import psutil

from tutorial.chapters import Chapter, find_chapter
from tutorial.environments import Environment, prepare
from tutorial.errors import TutorialError
from tutorial.interpreters import Interpreter, current
from tutorial.ports import HOST, free_port
from tutorial.processes import Process
from tutorial.repository import ROOT

FOLDER = ROOT / "benchmarks" / "peers"
CHAPTER = find_chapter("03")
WORKERS = 2
# A loaded machine takes seconds; one that takes longer isn't worth measuring.
PATIENCE = 60.0
# What the versions in the results are of.
PACKAGES = (
    *("apistar", "fastapi", "flask", "gevent", "gunicorn"),
    *("psycopg2-binary", "sqlalchemy", "uvicorn", "werkzeug"),
)


@dataclass(frozen=True)
class Peer:
    """A program that keeps the contract, as far as it is measured."""

    name: str
    title: str
    folder: Path
    command: tuple[str, ...]

    def environment(self, interpreter: Interpreter | None = None) -> Environment:
        """What its own requirements.txt pins."""
        return prepare(Chapter(self.folder), interpreter or current())

    def versions(self) -> dict[str, str]:
        """The versions of its main packages."""
        library = self.environment().folder / "lib"
        found = distributions(
            path=[str(folder) for folder in library.glob("python*/site-packages")]
        )
        versions = {package.metadata["Name"].lower(): package.version for package in found}
        return {name: versions[name] for name in PACKAGES if name in versions}


@dataclass(frozen=True)
class Server:
    """A running peer."""

    peer: Peer
    process: Process
    port: int
    started_in: float

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def workers(self) -> list[psutil.Process]:
        """Its worker processes."""
        children = psutil.Process(self.process.pid).children()
        # A helper of Python's own that uvicorn's manager of processes has.
        return [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]


# gunicorn as chapter 03 configures it, so that nothing but the application differs.
GUNICORN = ("gunicorn", "--config", str(CHAPTER.folder / "gunicorn.conf.py"))
GUNICORN_BIND = ("--bind", f"{HOST}:{{port}}")
UVICORN = (
    *("uvicorn", "--workers", str(WORKERS), "--no-access-log", "--log-level", "warning"),
    *("--host", HOST, "--port", "{port}"),
)

THE_CHAPTER = Peer(
    "chapter-03", "Chapter 03", CHAPTER.folder, (*GUNICORN, *GUNICORN_BIND, "app:wsgi")
)
FLASK = Peer("flask", "Flask", FOLDER / "flask", (*GUNICORN, *GUNICORN_BIND, "app:app"))
FASTAPI = Peer("fastapi", "FastAPI", FOLDER / "fastapi", (*UVICORN, "app:app"))
LIMIT = Peer("limit", "the limit", FOLDER / "limit", (*GUNICORN, *GUNICORN_BIND, "app:app"))
AUTOCOMMIT = Peer(
    "autocommit",
    "the limit with autocommit",
    FOLDER / "limit",
    (*GUNICORN, "--env", "AUTOCOMMIT=1", *GUNICORN_BIND, "app:app"),
)

PEERS = (THE_CHAPTER, FLASK, FASTAPI, LIMIT, AUTOCOMMIT)

# Not a peer: the chapter, where a client that doesn't pause keeps its turn.
WITHOUT_TURNS = Peer(
    "chapter-03-without-turns",
    "Chapter 03 without turns",
    CHAPTER.folder,
    ("gunicorn", "--config", str(FOLDER / "without_turns.conf.py"), *GUNICORN_BIND, "app:wsgi"),
)


@contextmanager
def serve(peer: Peer, database_url: str) -> Iterator[Server]:
    """Start a peer on a database that has the table; it is stopped at the end of the block."""
    environment = peer.environment()
    port = free_port()
    program, *arguments = (word.format(port=port) for word in peer.command)
    log: list[str] = []
    began = monotonic()
    process = Process(
        [environment.bin / program, *arguments],
        peer.folder,
        environment.variables(DATABASE_URL=database_url),
        log.append,
    )
    try:
        while not answers(f"http://{HOST}:{port}/task/"):
            if process.status is not None or monotonic() - began > PATIENCE:
                raise TutorialError(f"{peer.title} doesn't start:\n" + "\n".join(log[-20:]))
            sleep(0.005)
        server = Server(peer, process, port, monotonic() - began)
        # The first may answer before the others are there.
        while len(server.workers()) < WORKERS:
            if process.status is not None or monotonic() - began > PATIENCE:
                raise TutorialError(f"{peer.title} doesn't start {WORKERS} workers.")
            sleep(0.005)
        yield server
    finally:
        process.stop()


def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
