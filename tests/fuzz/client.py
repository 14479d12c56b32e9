"""Asks a server over one connection that it keeps open, and counts what it sends."""

import contextlib
import http.client
import select
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

TIMEOUT = 20


@dataclass(frozen=True)
class Answer:
    """What a server answered; the names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Figures:
    """How many requests were sent to each server, and how many answers had each status."""

    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)

    def count(self, server: str, status: int) -> None:
        """One request more, with the status of its answer."""
        self.sent[server] += 1
        self.statuses[status] += 1


class Client:
    """One client of one server."""

    def __init__(self, name: str, url: str, figures: Figures) -> None:
        self.name = name
        self.url = url
        self._figures = figures
        host, port = urlsplit(url).hostname, urlsplit(url).port
        assert host is not None
        assert port is not None
        self._connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Iterable[tuple[bytes, bytes]] = (),
        *,
        chunked: bool = False,
    ) -> Answer:
        """Send one request and give its answer.

        `target` stands in the request's first line as it is: percent-encode what must be. With
        `chunked` the body's length isn't told before the body.
        """
        self._forget_what_the_server_closed()
        connection = self._connection
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if chunked:
            connection.putheader("Transfer-Encoding", "chunked")
        elif body is not None:
            connection.putheader("Content-Length", str(len(body)))
        # A server may answer and close before it has read a body that it won't take.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.endheaders(_pieces(body or b"") if chunked else body, encode_chunked=chunked)
        response = connection.getresponse()
        content = response.read()
        self._figures.count(self.name, response.status)
        return Answer(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            content,
        )

    def _forget_what_the_server_closed(self) -> None:
        """Close the connection where the server did so: it keeps an idle one for seconds only."""
        sock = self._connection.sock
        if sock is not None and select.select([sock], [], [], 0)[0]:
            self._connection.close()


def _pieces(body: bytes, size: int = 1000) -> Iterable[bytes]:
    """The body in pieces; none is empty, as an empty one would end it."""
    return [body[start : start + size] for start in range(0, len(body), size)]
