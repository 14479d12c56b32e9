"""Chapter 03 on PostgreSQL while the database, its connections or a worker end."""

import signal
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest

from tests.faults.asking import ask, new_task
from tests.faults.conftest import Survived
from tests.gunicorn import Gunicorn, gunicorn
from tests.postgres import observer
from tests.todo_clients import JSON, NOT_READY, Account, clients
from tests.waiting import eventually
from tutorial.chapters import find_chapter
from tutorial.postgres import PostgresServer

CLIENTS = 16


@pytest.fixture
def server(postgres: PostgresServer) -> Iterator[Gunicorn]:
    with gunicorn(find_chapter("03"), DATABASE_URL=postgres.url) as server:
        yield server


def more(account: Account, *statuses: int, times: int = 50) -> bool:
    """Whether so many more answers of each of these statuses come soon."""
    before = account.answers.copy()

    def have_come() -> bool:
        return all(account.answers[status] >= before[status] + times for status in statuses)

    came = eventually(lambda: bool(account.violations) or have_come(), within=60)
    assert account.violations == [], f"answers by status: {account.by_status}"
    return came


def assert_all_is_well(account: Account) -> None:
    """All is as before the fault: nobody hears 503, or loses a connection."""
    refused, broken = account.answers[503], account.broken
    assert more(account, 200, 201, times=100)
    assert (account.answers[503], account.broken) == (refused, broken)


@pytest.mark.parametrize("end", [PostgresServer.stop, PostgresServer.kill])
def test_postgresql_ends_and_starts(
    server: Gunicorn,
    postgres: PostgresServer,
    survived: Survived,
    end: Callable[[PostgresServer], None],
) -> None:
    workers = server.workers()
    with clients(server.url, CLIENTS, faults=True) as account:
        assert more(account, 200, 201)
        end(postgres)
        assert more(account, 503)
        postgres.start()
        assert more(account, 200, 201)
        assert_all_is_well(account)
    assert account.broken == 0
    assert server.workers() == workers
    survived(server.url, account)


def test_postgresql_ends_every_connection(
    server: Gunicorn, postgres: PostgresServer, survived: Survived
) -> None:
    workers = server.workers()
    with observer(postgres) as database, clients(server.url, CLIENTS, faults=True) as account:
        for _ in range(5):
            assert more(account, 200, 201)
            assert database.terminate_others() > 0
        assert more(account, 200, 201)
        assert_all_is_well(account)
    assert account.broken == 0
    assert server.workers() == workers
    survived(server.url, account)


def test_a_worker_is_killed_in_mid_request(
    server: Gunicorn, postgres: PostgresServer, survived: Survived
) -> None:
    victim, *others = server.workers()
    task = new_task(server, "Buy milk")
    with (
        observer(postgres) as database,
        psycopg.connect(postgres.url.replace("+psycopg2", "")) as holder,
        clients(server.url, CLIENTS, faults=True) as account,
    ):
        assert more(account, 200, 201)
        # The request waits in the database for a lock that is held here.
        holder.execute("SELECT FROM task WHERE id = %s FOR UPDATE", [task["id"]])
        with closing(server.connection_to(victim)) as ours:
            ours.request("PATCH", f"/task/{task['id']}/", b'{"completed": true}', JSON)
            assert eventually(lambda: database.waiting_for_a_lock() == 1)
            victim.send_signal(signal.SIGKILL)
            with pytest.raises(ConnectionError):
                ours.getresponse()
        holder.rollback()
        assert eventually(lambda: len(server.workers()) == 1 + len(others))
        assert more(account, 200, 201)
        assert_all_is_well(account)
        assert eventually(lambda: database.waiting_for_a_lock() == 0)
    assert victim not in server.workers()
    assert set(others) < set(server.workers())
    assert account.answers[503] == 0
    account.tasks[task["id"]] = [task]
    survived(server.url, account)


FAILURES = {
    # The database refuses to commit what it has taken.
    "at the commit": """
        CREATE CONSTRAINT TRIGGER half_way AFTER INSERT OR UPDATE OR DELETE ON task
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()""",
    # Or the connection ends between the change and the commit.
    "before the commit": """
        CREATE TRIGGER half_way AFTER INSERT OR UPDATE OR DELETE ON task
        FOR EACH STATEMENT EXECUTE FUNCTION disconnect()""",
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_transaction_that_fails_half_way_leaves_nothing(
    server: Gunicorn, postgres: PostgresServer, survived: Survived, failure: str
) -> None:
    first, task = new_task(server, "Buy milk"), new_task(server, "Buy eggs")
    page = f"/task/?after={first['id']}"
    with psycopg.connect(postgres.url.replace("+psycopg2", ""), autocommit=True) as database:
        database.execute("""
            CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$""")
        database.execute("""
            CREATE OR REPLACE FUNCTION disconnect() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$""")
        database.execute(failure.encode())
        try:
            for method, path, body in (
                ("POST", "/task/", {"definition": "Buy bread"}),
                ("PATCH", f"/task/{task['id']}/", {"completed": True}),
                ("DELETE", f"/task/{task['id']}/", None),
            ):
                assert ask(server, method, path, body, status=503) == NOT_READY
                assert ask(server, "GET", page) == [task]
        finally:
            database.execute("DROP TRIGGER half_way ON task")
    bread = new_task(server, "Buy bread")
    assert ask(server, "GET", page) == [task, bread]
    survived(server.url, Account(tasks={done["id"]: [done] for done in (first, task, bread)}))
