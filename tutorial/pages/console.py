"""What a console block says: commands behind a prompt, Ctrl-C, and what is printed."""

from collections.abc import Sequence
from dataclasses import dataclass

PROMPT, CONTINUATION, INTERRUPT, ELISION = "$ ", "> ", "^C", "..."


class ConsoleError(Exception):
    """A console block that can't be understood; `offset` is the line of its body, from 0."""

    def __init__(self, offset: int, sentence: str) -> None:
        super().__init__(sentence)
        self.offset = offset
        self.sentence = sentence


@dataclass(frozen=True)
class Exchange:
    """One thing that is typed, and what is printed after it until the next.

    `command` is empty where nothing is typed: the output goes on from a block before.
    """

    offset: int
    command: tuple[str, ...]
    interrupt: bool
    output: tuple[str, ...]

    @property
    def output_offset(self) -> int:
        """Where the output stands in the block's body."""
        return self.offset + len(self.command) + self.interrupt

    @property
    def elisions(self) -> int:
        """How often the output says `...`."""
        return self.output.count(ELISION)

    @property
    def typed(self) -> str:
        """What is typed, on one line: a name for messages."""
        if self.interrupt:
            return INTERRUPT
        return " ".join(line.strip() for line in self.command) or "(output that goes on)"


def parse_console(body: Sequence[str]) -> tuple[Exchange, ...]:
    """The exchanges of a console block's body, in order.

    A line that begins with `> ` right below a command is more of the command; further down it is
    output.
    """
    exchanges: list[Exchange] = []
    command: list[str] = []
    output: list[str] = []
    offset, interrupt = 0, False

    def finish() -> None:
        if command or interrupt or output:
            exchanges.append(Exchange(offset, tuple(command), interrupt, tuple(output)))

    for number, line in enumerate(body):
        if line.startswith(PROMPT) or line == PROMPT.strip():
            typed = line.removeprefix(PROMPT.strip()).strip()
            if not typed:
                raise ConsoleError(number, "a prompt without a command")
            finish()
            offset, command, interrupt, output = number, [line.removeprefix(PROMPT)], False, []
        elif line == INTERRUPT:
            finish()
            offset, command, interrupt, output = number, [], True, []
        elif command and not output and (line.startswith(CONTINUATION) or line == ">"):
            command.append(line.removeprefix(">").removeprefix(" "))
        else:
            output.append(line)
    finish()
    if not exchanges:
        raise ConsoleError(0, "a terminal in which nothing is typed or printed")
    return tuple(exchanges)
