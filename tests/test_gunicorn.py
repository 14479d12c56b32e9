"""The chapters behind gunicorn, as in their containers: the contract over HTTP, and the faults
of a database that only a server of one's own can have."""

import functools
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from statistics import median

import httpx
import pytest

from tests.gunicorn import QUICKLY, Gunicorn, gunicorn, run
from tests.todo_clients import NOT_READY
from tutorial.chapters import find_chapter
from tutorial.environments import prepare
from tutorial.interpreters import current
from tutorial.ports import HOST
from tutorial.postgres import PostgresServer, postgres_server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork")

BODY = b'{"definition": "Buy milk"}'
REQUEST = (
    b"POST /task/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)
# Where a client may fall silent: before its first word, within a header, within the body.
SILENCES = (0, REQUEST.index(b"Length"), len(REQUEST) - 10)
LIST = b"GET /task/?limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
# So many requests are sent before an answer is read: work for half a second, which this process
# isn't kept waiting for the processor, and answers for which the system has room.
AT_ONCE = 2_000


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


Servers = Callable[..., Gunicorn]


@pytest.fixture(scope="module")
def servers(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Servers]:
    """A chapter, by its number, behind gunicorn: started when it is first asked for."""
    databases = {
        "sqlite": f"sqlite:///{tmp_path_factory.mktemp('database')}/todo.db",
        "postgresql": postgres.url,
    }
    with ExitStack() as stack:

        @functools.cache
        def served(number: str, database: str = "") -> Gunicorn:
            settings = {"DATABASE_URL": databases[database]} if database else {}
            chapter = find_chapter(number)
            return stack.enter_context(gunicorn(chapter, ask=QUICKLY, **settings))

        yield served


@pytest.mark.parametrize(
    ("number", "database"), [("02", ""), ("03", "sqlite"), ("03", "postgresql")]
)
def test_a_chapter_keeps_its_contract(servers: Servers, number: str, database: str) -> None:
    """The chapter's own suite, asking this server, passes whole."""
    chapter = find_chapter(number)
    suite = ["pytest", "-q", "-p", "no:cacheprovider", "tests/test_contract.py"]
    url = servers(number, database).url
    said = run(prepare(chapter, current()), chapter, suite, API_URL=url)
    assert " passed in " in said
    assert "skipped" not in said


def test_a_database_that_goes_away_is_503_and_200_when_it_is_back(
    servers: Servers, postgres: PostgresServer
) -> None:
    url = servers("03", "postgresql").url
    task = httpx.post(f"{url}/task/", json={"definition": "Buy milk"}, timeout=20).json()
    postgres.stop()
    for _ in range(5):
        away = httpx.get(f"{url}/task/{task['id']}/", timeout=20)
        assert (away.status_code, away.json()) == (503, NOT_READY)
    postgres.start()
    for _ in range(20):  # so that each of the processes has a connection again
        assert httpx.get(f"{url}/task/", timeout=20).status_code == 200
    postgres.stop()
    postgres.start()
    # Nobody has asked meanwhile, so these connections died unnoticed: no client may hear of them.
    for _ in range(20):
        back = httpx.get(f"{url}/task/{task['id']}/", timeout=20)
        assert (back.status_code, back.json()) == (200, task)


@pytest.mark.parametrize(
    ("number", "database", "status"), [("01", "", 404), ("02", "", 201), ("03", "sqlite", 201)]
)
def test_clients_that_fall_silent_in_mid_request_keep_nobody_waiting(
    servers: Servers, number: str, database: str, status: int
) -> None:
    server = servers(number, database)
    with ExitStack() as silent:
        alone = seconds_of_an_answer(server.url)
        slow = []
        for length in SILENCES * 34:  # 102 clients
            client = silent.enter_context(socket.create_connection((HOST, server.port), 20))
            client.sendall(REQUEST[:length])
            slow.append((client, length))
        beside_them = seconds_of_an_answer(server.url)
        assert beside_them < 10 * alone + 0.5
        # None of them was cut off: each is answered when it has said all.
        for client, length in slow:
            client.sendall(REQUEST[length:])
        for client, _ in slow:
            assert client.makefile("rb").readline().startswith(b"HTTP/1.1 %d " % status)


def test_a_client_that_does_not_pause_lets_another_have_its_turn(servers: Servers) -> None:
    server = servers("03", "sqlite")
    worker = server.workers()[0]
    with (
        closing(server.connection_to(worker)) as busy,
        closing(server.connection_to(worker)) as other,
    ):
        busy.sock.sendall(LIST * AT_ONCE)
        other.request("GET", "/task/")
        assert other.getresponse().status == 200
        answers = received(busy.sock)
        assert answers.count(b"HTTP/1.1 200") < AT_ONCE / 2
        # It was busy all the while, and is answered whole.
        busy.sock.settimeout(20)
        while answers.count(b"HTTP/1.1 200") < AT_ONCE:
            more = busy.sock.recv(2**16)
            assert more, "it was cut off"
            answers += more


# Something has always come on this pipe: so the process is never idle.
RESTLESS = """
import os, runpy
from gevent import get_hub
reader, writer = os.pipe()
os.write(writer, b"!")
watcher = get_hub().loop.io(reader, 1)
watcher.start(lambda: None)
runpy.run_path("gunicorn.conf.py")["post_request"](None, None, None, None)
print("It goes on.")
"""


@pytest.mark.timeout(60)
def test_a_process_that_is_never_idle_goes_on_with_each_client() -> None:
    chapter = find_chapter("03")
    said = run(prepare(chapter, current()), chapter, ["python", "-c", RESTLESS])
    assert said == "It goes on.\n"


def received(connection: socket.socket) -> bytes:
    """What has come so far."""
    found = b""
    connection.setblocking(False)
    with suppress(BlockingIOError):
        while more := connection.recv(2**16):
            found += more
    return found


def seconds_of_an_answer(url: str) -> float:
    """How long an ordinary client waits, mostly."""
    waits = []
    for _ in range(20):
        started = time.perf_counter()
        # Without loading certificates, which takes longer than an answer.
        answer = httpx.get(url, timeout=20, trust_env=False, verify=False)
        assert answer.status_code == 200
        waits.append(time.perf_counter() - started)
    return median(waits)


def test_two_chapters_differ_in_no_line_of_the_contract() -> None:
    second, third = (
        (find_chapter(number).folder / "tests" / "test_contract.py").read_text("utf-8")
        for number in ("02", "03")
    )
    assert second == third
