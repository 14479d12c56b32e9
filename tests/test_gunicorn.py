"""The chapters behind gunicorn, as in their containers: the contract over HTTP, and the faults
of a database that only a server of one's own can have."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.waiting import eventually
from tutorial.chapters import Chapter, find_chapter
from tutorial.environments import Environment, prepare
from tutorial.interpreters import current
from tutorial.ports import HOST, answers, free_port
from tutorial.postgres import PostgresServer, postgres_server
from tutorial.processes import Process

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork")

NOT_READY = {"message": "The database is not ready, try again later."}


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@contextmanager
def gunicorn(chapter: Chapter, **settings: str) -> Iterator[str]:
    """Serve the chapter as its container does; gives the address."""
    environment = prepare(chapter, current())
    log: list[str] = []
    if chapter.has_database:
        run(environment, chapter, ["apistar", "create_tables"], **settings)
    port = free_port()
    server = Process(
        [environment.bin / "gunicorn", "--bind", f"{HOST}:{port}", "app:wsgi"],
        chapter.folder,
        environment.variables(**settings),
        log.append,
    )
    try:
        assert eventually(lambda: answers(f"http://{HOST}:{port}/")), "\n".join(log)
        yield f"http://{HOST}:{port}"
    finally:
        server.stop()


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


def contract_holds(chapter: Chapter, url: str, **settings: str) -> bool:
    """Whether the chapter's own suite, asking the server at this address, passes whole."""
    suite = ["pytest", "-q", "-p", "no:cacheprovider", "tests/test_contract.py"]
    said = run(prepare(chapter, current()), chapter, suite, API_URL=url, **settings)
    return " passed in " in said and "skipped" not in said


def test_chapter_02_keeps_its_contract() -> None:
    chapter = find_chapter("02")
    with gunicorn(chapter) as url:
        assert contract_holds(chapter, url)


def test_chapter_03_keeps_its_contract_on_sqlite(tmp_path: Path) -> None:
    chapter = find_chapter("03")
    with gunicorn(chapter, DATABASE_URL=f"sqlite:///{tmp_path}/todo.db") as url:
        assert contract_holds(chapter, url)


def test_chapter_03_keeps_its_contract_on_postgresql(postgres: PostgresServer) -> None:
    chapter = find_chapter("03")
    with gunicorn(chapter, DATABASE_URL=postgres.url) as url:
        assert contract_holds(chapter, url)


def test_a_database_that_goes_away_is_503_and_200_when_it_is_back(
    postgres: PostgresServer,
) -> None:
    chapter = find_chapter("03")
    with gunicorn(chapter, DATABASE_URL=postgres.url) as url:
        task = httpx.post(f"{url}/task/", json={"definition": "Buy milk"}).json()
        postgres.stop()
        for _ in range(5):
            away = httpx.get(f"{url}/task/{task['id']}/", timeout=20)
            assert (away.status_code, away.json()) == (503, NOT_READY)
        postgres.start()
        # Each of the processes has connections that died: no client may hear of them.
        for _ in range(10):
            back = httpx.get(f"{url}/task/{task['id']}/", timeout=20)
            assert (back.status_code, back.json()) == (200, task)


@pytest.mark.parametrize("number", ["01", "02", "03"])
def test_connections_on_which_nobody_speaks_keep_nobody_waiting(
    number: str, tmp_path: Path
) -> None:
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path}/todo.db"} if number == "03" else {}
    with gunicorn(find_chapter(number), **settings) as url, ExitStack() as silent:
        address = httpx.URL(url)
        for _ in range(6):  # as many as a browser opens to one server
            silent.enter_context(socket.create_connection((address.host, address.port)))
        for _ in range(3):
            assert httpx.get(url, timeout=10).status_code == 200


def test_two_chapters_differ_in_no_line_of_the_contract() -> None:
    second, third = (
        (find_chapter(number).folder / "tests" / "test_contract.py").read_text("utf-8")
        for number in ("02", "03")
    )
    assert second == third
