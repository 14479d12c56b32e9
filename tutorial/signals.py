"""Signals that ask the command to end, handled as Ctrl-C is: by an exception that cleans up."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_signals() -> Iterator[None]:
    """Within the block, SIGTERM and SIGHUP raise KeyboardInterrupt too; a second one is ignored.

    So a user who is impatient, or a signal that arrives twice (from the terminal and from make),
    doesn't break the cleaning up. SIGHUP stays ignored where it was before, as under nohup. SIGINT
    doesn't: a script's background job starts with it ignored, and all that it started would too,
    the terminals of the pages included.
    """
    handled = [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        handled.append(signal.SIGHUP)
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in handled}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
