"""What the commands print: colours on a terminal, plain lines into a pipe."""

import sys
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

STYLES = ("cyan", "magenta", "green", "blue", "yellow", "bright_cyan", "bright_magenta")


def make_console() -> Console:
    """A console on standard output."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=120)


class Speakers:
    """Several that speak at once: each line is printed with the name of its speaker."""

    def __init__(self, console: Console, width: int) -> None:
        self._console = console
        self._width = width
        self._known: dict[str, str] = {}

    def speaker(self, name: str) -> Callable[[str], None]:
        """A function that prints a line in this name."""
        style = self._known.setdefault(name, STYLES[len(self._known) % len(STYLES)])

        def say(line: str) -> None:
            text = Text.assemble((f"{name:<{self._width}} | ", style), line)
            self._console.print(text, soft_wrap=True)

        return say
