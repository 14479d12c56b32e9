"""Chapter 03 on SQLite while the disk is full or read-only, and with several writers."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests.faults.asking import ask, new_task
from tests.faults.conftest import Survived
from tests.gunicorn import Gunicorn, gunicorn
from tests.todo_clients import JSON, NOT_READY, Account, Task, clients
from tests.waiting import eventually
from tutorial.chapters import find_chapter
from tutorial.folders import temporary_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it for one process")

CLIENTS = 8


@contextmanager
def served(folder: Path, *within: str) -> Iterator[Gunicorn]:
    """Serve the chapter with its tasks in a file in this folder."""
    url = f"sqlite:///{folder}/todo.db"
    with gunicorn(find_chapter("03"), within=within, DATABASE_URL=url) as server:
        yield server


def account_of(*tasks: Task) -> Account:
    """An account of tasks that were acknowledged so."""
    return Account(tasks={task["id"]: [task] for task in tasks})


# A disk of one megabyte, which one program and its children see, and which ends with them.
SMALL_DISK = 'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"'


def small_disk(folder: Path) -> list[str]:
    """What starts a program for which the folder is a small disk."""
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    start = ["unshare", "--mount", *as_root, "sh", "-c", SMALL_DISK, str(folder)]
    if not shutil.which("unshare") or subprocess.run([*start, "true"]).returncode != 0:
        pytest.skip("this user may not mount a disk, not even for one process")
    return start


def writing_fails_and_comes_back(
    server: Gunicorn, fail: Callable[[], object], mend: Callable[[], object]
) -> Account:
    """Let a fault come and go under load."""

    def soon(*statuses: int, times: int = 50) -> bool:
        before = account.answers.copy()
        return eventually(
            lambda: all(account.answers[status] >= before[status] + times for status in statuses),
            within=60,
        )

    workers = server.workers()
    with clients(server.url, CLIENTS, faults=True) as account:
        assert soon(200, 201)
        fail()
        assert soon(503)
        mend()
        assert soon(200, 201)
        refused = account.answers[503]
        assert soon(200, 201, times=100)
        assert account.answers[503] == refused
    assert account.broken == 0
    assert server.workers() == workers
    return account


@on_linux
def test_the_disk_is_full(survived: Survived) -> None:
    with temporary_folder() as folder, served(folder, *small_disk(folder)) as server:
        filler = Path(f"/proc/{server.process.pid}/root{folder}/filler")

        def fill() -> None:
            with filler.open("wb", 0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(4096))
            # Reading needs no room.
            assert isinstance(ask(server, "GET", "/task/"), list)

        survived(server.url, writing_fails_and_comes_back(server, fill, filler.unlink))


@on_linux
def test_the_file_may_not_grow(tmp_path: Path, survived: Survived) -> None:
    with served(tmp_path) as server:

        def limit(size: int) -> None:
            for worker in server.workers():
                worker.rlimit(psutil.RLIMIT_FSIZE, (size, psutil.RLIM_INFINITY))

        size_now = (tmp_path / "todo.db").stat().st_size
        account = writing_fails_and_comes_back(
            server, lambda: limit(size_now), lambda: limit(psutil.RLIM_INFINITY)
        )
        survived(server.url, account)


def without_roots_rights() -> list[str]:
    """What starts a program that has to keep to the permissions of files, as root need not."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root writes where nobody may, unless there is setpriv")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def make_read_only(folder: Path) -> None:
    """Nobody may write the tasks' file, nor a file beside it."""
    (folder / "todo.db").chmod(0o444)
    folder.chmod(0o555)


def make_writable(folder: Path) -> None:
    """The opposite."""
    folder.chmod(0o755)
    (folder / "todo.db").chmod(0o644)


def add_bread(server: Gunicorn) -> int:
    """Try to add a task, and give the status of the answer."""
    body = {"definition": "Buy bread"}
    return httpx.post(f"{server.url}/task/", json=body, timeout=20, trust_env=False).status_code


def test_the_folder_becomes_read_only(tmp_path: Path, survived: Survived) -> None:
    with served(tmp_path, *without_roots_rights()) as server:
        account = writing_fails_and_comes_back(
            server, lambda: make_read_only(tmp_path), lambda: make_writable(tmp_path)
        )
        survived(server.url, account)


def test_the_folder_is_read_only_from_the_start(tmp_path: Path, survived: Survived) -> None:
    with served(tmp_path) as server:
        task = new_task(server, "Buy milk")
    make_read_only(tmp_path)
    with served(tmp_path, *without_roots_rights()) as server:
        for worker in server.workers():
            with closing(server.connection_to(worker)) as connection:
                connection.request("POST", "/task/", b'{"definition": "Buy bread"}', JSON)
                answer = connection.getresponse()
                assert (answer.status, json.load(answer)) == (503, NOT_READY)
        assert ask(server, "GET", "/task/") == [task]
        make_writable(tmp_path)
        # A connection that was opened when nobody might write is given up at its next failure.
        assert eventually(lambda: [add_bread(server) for _ in range(10)] == [201] * 10)
        survived(server.url, account_of(task))


def test_several_servers_write_one_file(tmp_path: Path, survived: Survived) -> None:
    with served(tmp_path) as one, served(tmp_path) as other:
        with clients(one.url, CLIENTS) as account, clients(other.url, CLIENTS) as others:
            assert eventually(
                lambda: min(account.answers[201], others.answers[201]) > 200, within=60
            )
        survived(other.url, account)
        survived(one.url, others)


@contextmanager
def somebody_reads(file: Path) -> Iterator[None]:
    """While somebody reads, a change can be made, and not be committed."""
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM task").fetchall()
        yield


def test_a_transaction_that_fails_half_way_leaves_nothing(
    tmp_path: Path, survived: Survived
) -> None:
    with served(tmp_path) as server:
        task = new_task(server, "Buy milk")
        with somebody_reads(tmp_path / "todo.db"):
            for method, path, body in (
                ("POST", "/task/", {"definition": "Buy bread"}),
                ("PATCH", f"/task/{task['id']}/", {"completed": True}),
                ("DELETE", f"/task/{task['id']}/", None),
            ):
                assert ask(server, method, path, body, status=503) == NOT_READY
                assert ask(server, "GET", "/task/") == [task]
        bread = new_task(server, "Buy bread")
        assert ask(server, "GET", "/task/") == [task, bread]
        survived(server.url, account_of(task, bread))


def test_a_worker_is_killed_before_it_commits(tmp_path: Path, survived: Survived) -> None:
    with served(tmp_path) as server:
        task = new_task(server, "Buy milk")
        victim, other = server.workers()
        with (
            somebody_reads(tmp_path / "todo.db"),
            closing(server.connection_to(victim)) as connection,
        ):
            connection.request("PATCH", f"/task/{task['id']}/", b'{"completed": true}', JSON)
            # There is a journal while a transaction is open.
            assert eventually((tmp_path / "todo.db-journal").exists)
            victim.send_signal(signal.SIGKILL)
            with pytest.raises(ConnectionError):
                connection.getresponse()
        assert eventually(lambda: len(server.workers()) == 2)
        assert other in server.workers()
        assert ask(server, "GET", "/task/") == [task]
        bread = new_task(server, "Buy bread")
        survived(server.url, account_of(task, bread))
