"""A page's terminal over time: commands that end, and one that is left running in it.

What a command prints is known when it ends. What a server prints can only be waited for: until it
is what the page says and nothing is at work that could print more, or until it has been quiet for a
while.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from tutorial.proof.terminal import GRACE, Terminal, TerminalError
from tutorial.proof.turns import PortError, answers, reserved

# How long a program must be quiet before what it printed counts as all of it: a moment, of idleness
# too, if it is what the page says; longer if not, since more may come.
QUIET_WHEN_SAME = 0.3
QUIET_OTHERWISE = 2.5
# Processor time, in seconds, that a server which waits may use in a moment: it watches its files.
IDLE = 0.03

DIED_OF_INTERRUPT = 130

Expectation = Callable[[str], bool]


@dataclass(frozen=True)
class Outcome:
    """What was printed, and how the command ended; a server goes on, so has no status."""

    output: str
    status: int | None


class Session:
    """A terminal and what the page has left running in it."""

    def __init__(self, terminal: Terminal, timeout: float) -> None:
        self._terminal = terminal
        self._timeout = timeout
        self._port: int | None = None
        self._reserved = ExitStack()

    @property
    def busy(self) -> bool:
        """Whether a command is still running."""
        return self._terminal.busy

    def run(self, command: Sequence[str]) -> Outcome:
        """Run a command to its end."""
        status = self._terminal.run(command, self._timeout)
        return Outcome(self._terminal.take(), status)

    def serve(self, command: Sequence[str], port: int | None, expected: Expectation) -> Outcome:
        """Start a command and leave it running, once it answers on its port."""
        if port is not None:
            try:
                self._reserved.enter_context(reserved(port))
            except PortError as error:
                raise TerminalError(str(error)) from None
            self._port = port
        self._terminal.start(command)
        deadline = time.monotonic() + self._timeout
        while port is not None and not answers(port):
            self._check_that_it_runs()
            if time.monotonic() > deadline:
                raise TerminalError(
                    f"nothing answers on port {port} within {self._timeout:g} seconds",
                    self._terminal.output,
                )
            self._terminal.listen(0.05)
        self._terminal.watch_job()
        self._settle(expected)
        self._check_that_it_runs()
        return Outcome(self._terminal.take(), None)

    def go_on(self, expected: Expectation) -> Outcome:
        """Take what the running command has printed since."""
        deadline = time.monotonic() + GRACE
        while not expected(self._terminal.output) and time.monotonic() < deadline:
            self._check_that_it_runs()
            self._terminal.listen(0.05)
        self._settle(expected)
        return Outcome(self._terminal.take(), None)

    def unclaimed(self) -> str:
        """Take what the running command has printed and no block shows."""
        start = time.monotonic()
        while time.monotonic() - max(start, self._terminal.last_heard) < QUIET_WHEN_SAME:
            if self._terminal.ended() is not None:
                break
            self._terminal.listen(0.05)
        return self._terminal.take()

    def interrupt(self) -> Outcome:
        """Press Ctrl-C."""
        status = self._terminal.interrupt()
        self._release_port()
        output = self._terminal.take()
        # The shell ends the line on which a terminal shows ^C, if the command died of it.
        return Outcome(output.removesuffix("\n") if status == DIED_OF_INTERRUPT else output, status)

    def close(self) -> None:
        """End the terminal and what runs in it."""
        self._terminal.close()
        self._release_port()

    def _settle(self, expected: Expectation) -> None:
        """Wait until nothing more is likely to be printed; a slow computer is given its time."""
        start = since = time.monotonic()
        used = self._terminal.processor_time()
        while time.monotonic() - start < self._timeout:
            self._terminal.listen(0.05)
            now = time.monotonic()
            quiet = now - max(start, self._terminal.last_heard)
            if min(quiet, now - since) < QUIET_WHEN_SAME:
                continue
            before, used, since = used, self._terminal.processor_time(), now
            heard = self._terminal.last_heard
            self._terminal.listen(0)
            if self._terminal.last_heard != heard:
                continue  # it was printed while the system was asked
            if before is None or used is None:
                idle = quiet > QUIET_OTHERWISE  # the system doesn't tell
            else:
                idle = abs(used - before) <= IDLE  # less, where it no longer waits to work
            if idle and (quiet > QUIET_OTHERWISE or expected(self._terminal.output)):
                return

    def _check_that_it_runs(self) -> None:
        status = self._terminal.ended()
        if status is not None:
            raise ended_instead(Outcome(self._terminal.take(), status))

    def _release_port(self) -> None:
        """Give the port to other pages when it no longer answers."""
        deadline = time.monotonic() + GRACE
        while self._port is not None and answers(self._port):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        self._port = None
        self._reserved.close()


def ended_instead(outcome: Outcome) -> TerminalError:
    """The error of a command that should have gone on."""
    sentence = f"the command ended, with status {outcome.status}, instead of going on"
    return TerminalError(sentence, outcome.output)
