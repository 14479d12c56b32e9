"""Waiting in tests: for what will be true soon, within a bound."""

import time
from collections.abc import Callable


def eventually(holds: Callable[[], bool], within: float = 60.0) -> bool:
    """Whether this comes true within so many seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()
