"""Signals that ask the command to end, handled as Ctrl-C is: by an exception that cleans up."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_signals() -> Iterator[None]:
    """Within the block, SIGTERM and SIGHUP raise KeyboardInterrupt too; a second one is ignored.

    So a user who is impatient, or a signal that arrives twice (from the terminal and from make),
    doesn't break the cleaning up. What was ignored before, as under nohup, is ignored still.
    """
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    present = [getattr(signal, name) for name in names if hasattr(signal, name)]
    handled = [number for number in present if signal.getsignal(number) != signal.SIG_IGN]
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
