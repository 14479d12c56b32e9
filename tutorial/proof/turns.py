"""Ports of this computer that a page's servers use, one page at a time."""

import contextlib
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":  # no page is run there, but the other commands import this
    import fcntl

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
    path = Path(tempfile.gettempdir()) / f"tutorial-{os.getuid()}-port-{port}.lock"
    descriptor = locked(path, port)
    try:
        if answers(port):
            raise PortError(f"port {port} is taken already, by a program that isn't the page's")
        yield
    finally:
        path.unlink(missing_ok=True)  # before the lock ends: after it, it may be another's
        os.close(descriptor)


def locked(path: Path, port: int) -> int:
    """Take the lock when it is free; it is the system's, and ends with the process at the latest.

    Who had it before has removed the file, so that a lock on a file that is gone is none.
    """
    deadline = time.monotonic() + LONGEST_TURN
    while time.monotonic() < deadline:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        os.close(descriptor)
        time.sleep(0.05)
    raise PortError(f"another page's server has kept port {port} too long")
