"""What a page needs of a computer: a folder with files, and terminals.

The reader's is one, with real shells. The recording of a run is another: see tutorial.proof.replay.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tutorial.proof.session import Outcome, Session
from tutorial.proof.terminal import Terminal
from tutorial.proof.tree import Tree, TreeFile
from tutorial.proof.workspace import Workspace


class Shell(Protocol):
    """A terminal over time, as `Session` describes it. No outcome: nobody knows what it would be.

    `expected` tells whether an output is what the page says.
    """

    @property
    def busy(self) -> bool: ...

    def run(self, command: Sequence[str]) -> Outcome | None: ...

    def serve(
        self, command: Sequence[str], port: int | None, expected: Callable[[str], bool]
    ) -> Outcome | None: ...

    def go_on(self, expected: Callable[[str], bool]) -> Outcome | None: ...

    def interrupt(self) -> Outcome | None: ...

    def unclaimed(self) -> str: ...

    def close(self) -> None: ...


class Computer(Protocol):
    """A folder to work in, and terminals that are opened there."""

    def write(self, path: str, file: TreeFile) -> None: ...

    def tree(self) -> Tree: ...

    def open(self, terminal: str) -> Shell: ...

    def start_anew(self) -> None: ...


@dataclass(frozen=True)
class ReadersComputer:
    """A workspace on this machine."""

    workspace: Workspace
    timeout: float

    def write(self, path: str, file: TreeFile) -> None:
        """Write a file of the reader's folder."""
        self.workspace.write(path, file)

    def tree(self) -> Tree:
        """What the reader's folder holds."""
        return self.workspace.tree()

    def open(self, terminal: str) -> Session:
        """Open a terminal; its name matters to the page only."""
        variables = self.workspace.variables()
        return Session(Terminal(self.workspace.folder, variables), self.timeout)

    def start_anew(self) -> None:
        """Let everything be as it was at first; no terminal may be open."""
        self.workspace.start_anew()
