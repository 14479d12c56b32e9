"""A chapter behind gunicorn, as in its container: with the chapter's own gunicorn.conf.py."""

import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

import psutil

from tests.waiting import eventually
from tutorial.chapters import Chapter
from tutorial.environments import Environment, prepare
from tutorial.interpreters import current
from tutorial.ports import HOST, answers, free_port
from tutorial.processes import Process

# For a server that nobody asks any more. Windows has neither the signal nor gunicorn.
QUICKLY = getattr(signal, "SIGQUIT", signal.SIGTERM)


@dataclass(frozen=True)
class Gunicorn:
    """A running gunicorn, and what it has logged so far."""

    process: Process
    port: int
    log: list[str]

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def workers(self) -> list[psutil.Process]:
        """Its worker processes, the oldest first."""
        return sorted(psutil.Process(self.process.pid).children(), key=lambda worker: worker.pid)

    def is_complete(self, number: int) -> bool:
        """Whether so many workers are there, and each of them answers."""
        workers = self.workers()
        for worker in workers:
            self.connection_to(worker).close()
        return len(workers) == number

    def worker_of(self, client_port: int) -> psutil.Process | None:
        """The worker that has accepted the connection from this port of ours, if one has."""
        for worker in self.workers():
            for connection in worker.net_connections("tcp4"):
                if connection.raddr and connection.raddr.port == client_port:
                    return worker
        return None

    def connection_to(self, worker: psutil.Process) -> HTTPConnection:
        """A connection that this worker has taken: which one takes it is left to chance."""
        for _ in range(1000):
            connection = HTTPConnection(HOST, self.port, timeout=60)
            connection.request("GET", "/")
            connection.getresponse().read()
            if self.worker_of(connection.sock.getsockname()[1]) == worker:
                return connection
            connection.close()
        raise AssertionError(f"Worker {worker.pid} takes no connections.")


@contextmanager
def gunicorn(
    chapter: Chapter,
    *,
    within: Sequence[str] = (),
    ask: signal.Signals = signal.SIGTERM,
    **settings: str,
) -> Iterator[Gunicorn]:
    """Serve the chapter as its container does; `within` is a program that starts others.

    `ask` is the signal to end on: after SIGTERM its workers take two seconds for what they may be
    answering, after QUICKLY none.
    """
    environment = prepare(chapter, current())
    port = free_port()
    log: list[str] = []
    first = "apistar create_tables && " if chapter.has_database else ""
    process = Process(
        [*within, "sh", "-c", f"{first}exec gunicorn --bind {HOST}:{port} app:wsgi"],
        chapter.folder,
        environment.variables(**settings),
        log.append,
        ask=ask,
    )
    server = Gunicorn(process, port, log)
    try:
        assert eventually(
            lambda: process.status is not None or answers(f"{server.url}/"), within=60
        ), "\n".join(log)
        assert process.status is None, "\n".join(log)
        assert eventually(lambda: server.is_complete(asked_for(chapter))), "\n".join(log)
        yield server
    finally:
        process.stop()


def asked_for(chapter: Chapter) -> int:
    """How many workers the chapter's gunicorn.conf.py asks for."""
    configuration = (chapter.folder / "gunicorn.conf.py").read_text("utf-8")
    workers = re.search(r"^workers = (\d+)$", configuration, re.MULTILINE)
    return int(workers[1]) if workers else 1


def run(environment: Environment, chapter: Chapter, command: list[str], **settings: str) -> str:
    """Run a command in the chapter's folder and give what it printed; it must succeed."""
    done = subprocess.run(
        [environment.bin / command[0], *command[1:]],
        cwd=chapter.folder,
        env=environment.variables(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
