"""Nothing about the server leaves the server."""

import contextlib
import functools
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.gunicorn import QUICKLY, gunicorn
from tutorial.chapters import all_chapters, find_chapter
from tutorial.environments import prepare
from tutorial.interpreters import current
from tutorial.repository import ROOT

# Each request on a connection of its own; loading certificates takes longer than the answer.
ask = functools.partial(httpx.request, timeout=20, verify=False)

JSON = {"Content-Type": "application/json"}

# What an error may not tell, in its body or its headers.
SECRETS = re.compile(
    r"""
    Traceback | File\ " | \bline\ \d | Error\b(?<!Server\ Error)(?<!Server\ error) | Exception
    | \b(?:SELECT|INSERT|UPDATE|DELETE)\ | no\ such\ table | sqlalche | sqlite | psycopg | postgres
    | werkzeug | apistar | whitenoise | python | gevent
    | site-packages | \.py\b | (?:^|[\s"'=(])/(?:home|root|usr|app|srv|tmp|var|work|src)/
    | (?<![\d.])\d+\.\d+\.\d+(?![\d.]) | gunicorn/
    """,
    re.VERBOSE,
)
# What a client gets wrong; each is an error in at least one chapter.
REQUESTS: list[tuple[str, str, dict[str, str], bytes]] = [
    ("GET", "/milk/", {}, b""),
    ("GET", "/static/../app.py", {}, b""),
    ("GET", "/static/apistar/%2e%2e/%2e%2e/app.py", {}, b""),
    ("GET", "/static//etc/passwd", {}, b""),
    ("GET", "/%00", {}, b""),
    ("GET", "/%FF/", {}, b""),
    ("PUT", "/", {}, b""),
    ("TRACE", "/", {}, b""),
    ("POST", "/docs/", {}, b""),
    ("POST", "/task/", {}, b""),
    ("POST", "/task/", JSON, b"{"),
    ("POST", "/task/", JSON, b"[" * 60_000),
    ("POST", "/task/", JSON, b'{"definition": 1%s}' % (b"0" * 5000)),
    ("POST", "/task/", JSON, b'{"definition": "\\u0000"}'),
    ("POST", "/task/", JSON, b'{"definition": "\\ud800"}'),
    ("POST", "/task/", JSON, b" " * 70_000),
    ("POST", "/task/", {"Content-Type": "multipart/form-data; boundary=x"}, b"--x--"),
    ("PATCH", "/task/1/", JSON, b'{"completed": "milk"}'),
    ("GET", "/task/99999999999999999999/", {}, b""),
    ("DELETE", "/task/'%20OR%201=1/", {}, b""),
    ("GET", "/task/?completed=%27--", {}, b""),
    ("GET", "/task/?limit=1e9&after=-1", {}, b""),
]


def told(response: httpx.Response) -> str:
    """All that an answer says, as a client reads it."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{headers}\n\n{response.text}"


def test_an_error_tells_nothing_about_the_server(url: str) -> None:
    errors = 0
    for method, path, headers, body in REQUESTS:
        response = ask(method, url + path, headers=headers, content=body)
        if response.status_code >= 400:
            errors += 1
            assert not (leak := SECRETS.search(told(response))), (method, path, leak)
    assert errors >= 8


@pytest.mark.parametrize(
    "request_",
    [
        b"milk\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost a\r\n\r\n",
        b"GET /%s HTTP/1.1\r\n\r\n" % (b"a" * 10_000),
        b"GET / HTTP/1.1\r\nTransfer-Encoding: milk\r\n\r\n",
    ],
    ids=["no HTTP", "version", "header", "length", "coding"],
)
def test_gunicorns_own_errors_tell_nothing_about_the_server(url: str, request_: bytes) -> None:
    address = httpx.URL(url)
    with socket.create_connection((address.host, address.port), 20) as connection:
        said = b""
        # It may close before it has read all that it refuses.
        with contextlib.suppress(ConnectionResetError):
            connection.sendall(request_)
            while piece := connection.recv(65536):
                said += piece
    assert re.match(rb"HTTP/1\.1 [45]\d\d ", said)
    assert not SECRETS.search(said.decode()), said


@pytest.mark.parametrize(
    "leak",
    [
        "Traceback (most recent call last)",
        "sqlite3.OperationalError",
        "SELECT task.id",
        "/home/you/todo",
        "server: gunicorn/27.0.1",
        "Werkzeug 2.0.3",
    ],
)
def test_a_leak_would_be_seen(leak: str) -> None:
    assert SECRETS.search(leak)


def test_the_server_says_its_name_without_a_version(url: str) -> None:
    response = ask("GET", url)
    assert response.headers["server"] == "gunicorn"
    assert not {"x-powered-by", "via"} & set(response.headers)


@pytest.fixture
def without_tables(tmp_path: Path) -> Iterator[str]:
    """Chapter 03 on a database whose table is gone: each question fails in SQL."""
    file = tmp_path / "todo.db"
    url = f"sqlite:///{file.as_posix()}"
    with gunicorn(find_chapter("03"), ask=QUICKLY, DATABASE_URL=url) as server:
        file.unlink()
        file.touch()
        yield server.url


def test_a_failing_database_tells_nothing_about_itself(without_tables: str) -> None:
    for method, path in [("GET", "/task/"), ("POST", "/task/"), ("DELETE", "/task/1/")]:
        body = {"definition": "Buy milk"} if method == "POST" else None
        response = ask(method, without_tables + path, json=body)
        assert response.status_code in (500, 503)
        assert response.headers["content-type"] == "application/json"
        assert not (leak := SECRETS.search(told(response))), leak


@pytest.mark.parametrize(
    "query",
    [
        "__debugger__=yes&cmd=resource&f=debugger.js",
        "__debugger__=yes&cmd=resource&f=style.css",
        "__debugger__=yes&cmd=printpin&s=a",
        "__debugger__=yes&cmd=pinauth&pin=123-456-789&s=a",
        "__debugger__=yes&cmd=1&frm=0&s=a",
    ],
)
def test_the_debugger_cannot_be_reached(url: str, query: str) -> None:
    plain = ask("GET", f"{url}/")
    asked = ask("GET", f"{url}/?{query}")
    assert (asked.status_code, asked.text) == (plain.status_code, plain.text)
    assert ask("GET", f"{url}/console").status_code == 404
    assert ask("GET", f"{url}/console?{query}").status_code == 404


def test_debug_is_off_unless_the_environment_says_otherwise() -> None:
    chapter = find_chapter("03")
    environment = prepare(chapter, current())
    program = "from project.settings import settings; print(settings['DEBUG'])"
    for extra, shown in [({}, "False"), ({"DEBUG": "true"}, "True")]:
        done = subprocess.run(
            [environment.python, "-c", program],
            cwd=chapter.folder,
            env=environment.variables(**extra),
            capture_output=True,
            check=True,
            text=True,
        )
        assert done.stdout.strip() == shown


def test_no_container_turns_debug_on() -> None:
    for folder in (ROOT, *(chapter.folder for chapter in all_chapters())):
        for name in ("Dockerfile", "docker-compose.yml"):
            assert "DEBUG" not in (folder / name).read_text("utf-8")
