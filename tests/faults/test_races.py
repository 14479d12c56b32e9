"""Two clients of chapter 03 that want the same task at once, on each database."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.asking import ask, new_task
from tests.faults.conftest import Survived
from tests.gunicorn import Gunicorn, gunicorn
from tests.postgres import observer
from tests.todo_clients import JSON, NOT_FOUND, Account, Task
from tests.waiting import eventually
from tutorial.chapters import find_chapter
from tutorial.postgres import PostgresServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork")

ROUNDS = 10


@dataclass(frozen=True)
class Contest:
    """A server, and how its database is told to start: two that wait for it, at once."""

    server: Gunicorn
    held: Callable[[], AbstractContextManager[None]]


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Contest]:
    file = folder / "todo.db"

    @contextmanager
    def held() -> Iterator[None]:
        """While somebody else writes, nobody can."""
        with closing(sqlite3.connect(file)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            yield

    with gunicorn(find_chapter("03"), DATABASE_URL=f"sqlite:///{file}") as server:
        yield Contest(server, held)


@contextmanager
def on_postgresql(postgres: PostgresServer) -> Iterator[Contest]:
    @contextmanager
    def held() -> Iterator[None]:
        """Until two requests have come as far as the table, none goes on."""
        url = postgres.url.replace("+psycopg2", "")
        with observer(postgres) as database, psycopg.connect(url) as holder:
            holder.execute("LOCK TABLE task IN EXCLUSIVE MODE")
            yield
            assert eventually(lambda: database.waiting_for_a_lock() == 2)
            holder.rollback()

    with gunicorn(find_chapter("03"), DATABASE_URL=postgres.url) as server:
        yield Contest(server, held)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def contest(
    request: pytest.FixtureRequest, postgres: PostgresServer, tmp_path: Path
) -> Iterator[Contest]:
    on = on_sqlite(tmp_path) if request.param == "SQLite" else on_postgresql(postgres)
    with on as contest:
        yield contest


def at_once(contest: Contest, task: Task, *requests: tuple[str, object]) -> list[tuple[int, Any]]:
    """Send two requests for one task to two workers, and give the statuses and answers."""
    one, other = contest.server.workers()
    with (
        closing(contest.server.connection_to(one)) as first,
        closing(contest.server.connection_to(other)) as second,
    ):
        connections = (first, second)
        with contest.held():
            for connection, (method, body) in zip(connections, requests, strict=True):
                content = json.dumps(body) if body is not None else None
                connection.request(method, f"/task/{task['id']}/", content, JSON)
        return [answer(connection) for connection in connections]


def answer(connection: HTTPConnection) -> tuple[int, Any]:
    """The status and the content of an answer."""
    response = connection.getresponse()
    content = response.read()
    return response.status, json.loads(content) if content else None


def test_one_changes_and_one_deletes(contest: Contest, survived: Survived) -> None:
    account = Account()
    for _ in range(ROUNDS):
        task = new_task(contest.server, "Buy milk")
        changed, deleted = at_once(contest, task, ("PATCH", {"completed": True}), ("DELETE", None))
        assert changed in [(200, {**task, "completed": True}), (404, NOT_FOUND)]
        assert deleted == (204, None)
        assert ask(contest.server, "GET", f"/task/{task['id']}/", status=404) == NOT_FOUND
        account.tasks[task["id"]] = [None]
    survived(contest.server.url, account)


def test_both_change(contest: Contest, survived: Survived) -> None:
    account = Account()
    for _ in range(ROUNDS):
        task = new_task(contest.server, "Buy milk")
        answers = at_once(
            contest, task, ("PATCH", {"completed": True}), ("PATCH", {"definition": "Buy bread"})
        )
        both = {"id": task["id"], "definition": "Buy bread", "completed": True}
        # Whoever was second has seen what the first did, and undone nothing of it.
        assert [status for status, _ in answers] == [200, 200]
        assert [task for _, task in answers].count(both) == 1
        assert ask(contest.server, "GET", f"/task/{task['id']}/") == both
        account.tasks[task["id"]] = [both]
    survived(contest.server.url, account)


def test_both_delete(contest: Contest, survived: Survived) -> None:
    account = Account()
    for _ in range(ROUNDS):
        task = new_task(contest.server, "Buy milk")
        answers = at_once(contest, task, ("DELETE", None), ("DELETE", None))
        assert sorted(answers) == [(204, None), (404, NOT_FOUND)]
        account.tasks[task["id"]] = [None]
    survived(contest.server.url, account)
