"""Signals that ask the command to end, handled as Ctrl-C is: by an exception that cleans up."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


def interrupt() -> None:
    """What Ctrl-C does."""
    raise KeyboardInterrupt


@contextmanager
def stop_signals(act: Callable[[], object] = interrupt) -> Iterator[None]:
    """Within the block, SIGTERM and SIGHUP raise KeyboardInterrupt too; a second one is ignored.

    An exception may come between any two steps, and so leave a lock taken: who shares locks with
    other threads hands over what to do instead, and raises it where that does no harm.

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
            act()

    before = {number: signal.signal(number, stop) for number in handled}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
