"""Ports of this computer that a page's servers use, one page at a time."""

import contextlib
import fcntl
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
LONGEST_TURN = 600.0  # how long the pages before this one may keep a port


class PortError(Exception):
    """A port that can't be had, in a sentence."""


def answers(port: int) -> bool:
    """Whether a server takes connections on the port."""
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


@contextmanager
def reserved(port: int) -> Iterator[None]:
    """Have the port to oneself among pages that run side by side.

    PortError where a program that is none of theirs has it.
    """
    # The lock is the system's: it ends with the process, however that ends.
    path = Path(tempfile.gettempdir()) / f"tutorial-port-{port}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        wait_for_turn(descriptor, port)
        if answers(port):
            raise PortError(f"port {port} is taken already, by a program that isn't the page's")
        yield
    finally:
        os.close(descriptor)


def wait_for_turn(descriptor: int, port: int) -> None:
    """Take the lock when it is free."""
    deadline = time.monotonic() + LONGEST_TURN
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise PortError(f"another page's server has kept port {port} too long") from None
            time.sleep(0.05)
        else:
            return
