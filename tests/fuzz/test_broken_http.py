"""What isn't HTTP, or is broken HTTP: gunicorn refuses it or closes, and goes on serving."""

import contextlib
import json
import re
import socket
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.client import TIMEOUT, Client, Figures

BODY = b'{"definition": "Buy milk"}'
HEAD = b"POST /task/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

# Each is sent whole, and then the client says that it has no more to say.
BROKEN = {
    "no request at all": b"\r\n\r\n\r\n",
    "not HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/2's preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an HTTP of the future": b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    "no version": b"GET / HTTP\r\nHost: a\r\n\r\n",
    "a method in small letters": b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a method with a space": b"GE T / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a method of 1,000 letters": b"A" * 1000 + b" / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path that isn't ASCII": b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path with a space": b"GET /task/ 1 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path without a slash": b"GET task/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path of 10,000 characters": b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path that never ends": b"GET /" + b"a" * 200_000,
    "a header of 20,000 characters": b"GET / HTTP/1.1\r\nX-A: " + b"a" * 20_000 + b"\r\n\r\n",
    "1,000 headers": b"GET / HTTP/1.1\r\n" + b"X-A: a\r\n" * 1000 + b"\r\n",
    "headers that never end": b"GET / HTTP/1.1\r\n" + b"X-A: a\r\n" * 50_000,
    "a header without a colon": b"GET / HTTP/1.1\r\nHost a\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\n: a\r\n\r\n",
    "a header with a space before its colon": b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "a header that goes on in the next line": b"GET / HTTP/1.1\r\nX-A: a\r\n b\r\n\r\n",
    "a header's name that isn't ASCII": b"GET / HTTP/1.1\r\nX-\xff: a\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nX-A: a\0b\r\n\r\n",
    "a bare carriage return": b"GET / HTTP/1.1\r\nX-A: a\rX-B: b\r\n\r\n",
    "a length that is none": HEAD + b"Content-Length: milk\r\n\r\n" + BODY,
    "a length below zero": HEAD + b"Content-Length: -1\r\n\r\n" + BODY,
    "a length with a sign": HEAD + b"Content-Length: +26\r\n\r\n" + BODY,
    "a length of 5,000 digits": HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + BODY,
    "two lengths": HEAD + b"Content-Length: 26\r\nContent-Length: 2\r\n\r\n" + BODY,
    "a length and chunks": HEAD
    + b"Content-Length: 26\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n"
    + BODY
    + b"\r\n0\r\n\r\n",
    "less of a body than its length": HEAD + b"Content-Length: 1000\r\n\r\n" + BODY,
    "chunked twice": HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a chunk's size that is none": CHUNKED + b"milk\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a chunk's size below zero": CHUNKED + b"-1\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a chunk's size that is too large": CHUNKED + b"ffffffffffffffffffff\r\n" + BODY,
    "a chunk that is shorter than its size": CHUNKED + b"ff\r\n" + BODY,
    "a chunk that is longer than its size": CHUNKED + b"5\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a chunk without its end": CHUNKED + b"1a\r\n" + BODY + b"0\r\n\r\n",
    "chunks without an end": CHUNKED + b"1a\r\n" + BODY + b"\r\n",
    "a chunk's size of 20,000 digits": CHUNKED
    + b"0" * 20_000
    + b"1a\r\n"
    + BODY
    + b"\r\n0\r\n\r\n",
}

STATUS = re.compile(rb"(?:\A|(?<=[\n}>]))HTTP/1\.[01] (\d{3}) ")


def talk(client: Client, request: bytes, figures: Figures) -> bytes:
    """Send these bytes and no more; give all that comes back until the server closes."""
    address = urlsplit(client.url)
    assert address.hostname is not None
    said = bytearray()
    with socket.create_connection((address.hostname, address.port or 80), TIMEOUT) as connection:
        # The server may close in the middle of what nobody wants to read. A silence, on the other
        # hand, is a TimeoutError, and fails the test.
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
        with contextlib.suppress(ConnectionError, OSError):
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                said += piece
    for status in STATUS.findall(said) or [b"0"]:
        figures.count(client.name, int(status))
    return bytes(said)


def newest_task(client: Client) -> int:
    """Make a task, and give its number: the largest of all."""
    answer = client.ask("POST", "/task/", BODY, [(b"Content-Type", b"application/json")])
    assert answer.status == 201
    number: int = json.loads(answer.body)["id"]
    return number


def tasks_after(client: Client, number: int) -> list[object]:
    """The first of the tasks that are newer; the server answers well."""
    answer = client.ask("GET", f"/task/?after={number}")
    assert answer.status == 200
    tasks: list[object] = json.loads(answer.body)
    return tasks


@pytest.mark.parametrize(
    "request_",
    [pytest.param(request, id=name) for name, request in BROKEN.items()],
)
def test_broken_http_is_refused_and_the_server_goes_on(
    client: Client, request_: bytes, figures: Figures
) -> None:
    newest = newest_task(client)
    said = talk(client, request_, figures)
    assert all(status.startswith(b"4") for status in STATUS.findall(said)), said[:500]
    assert bool(said) == bool(STATUS.findall(said)), said[:500]
    assert b"Traceback" not in said
    assert tasks_after(client, newest) == []


def test_a_coding_that_nobody_knows_is_not_implemented(client: Client) -> None:
    # 501 is what HTTP wants here (RFC 9112, 6.1), so it is not among the figures' failures.
    said = talk(client, HEAD + b"Transfer-Encoding: milk\r\n\r\n" + BODY, Figures())
    assert STATUS.findall(said) == [b"501"]
    assert client.ask("GET", "/").status == 200


def test_any_bytes_leave_the_server_serving(client: Client, figures: Figures) -> None:
    good = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY

    @settings(max_examples=400)
    @given(st.integers(0, len(good)), st.integers(0, 5), st.binary(max_size=5))
    def test(place: int, removed: int, put: bytes) -> None:
        said = talk(client, good[:place] + put + good[place + removed :], figures)
        assert not any(status.startswith(b"5") for status in STATUS.findall(said)), said
        assert b"Traceback" not in said
        assert client.ask("GET", "/").status == 200

    test()
