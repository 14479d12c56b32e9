"""Judges a page against the recording of a run: no command is run, and the files are built anew.

A recording answers a command with what it really printed, as long as everything is as it was in the
run: the same was typed before, and the folder holds the same. From the first difference on, nobody
knows what would be printed, so no output counts against the page any more. Its files still do: what
commands made and removed is taken from the recording, all else from the page.
"""

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from tutorial.interpreters import current
from tutorial.pages.blocks import TerminalBlock
from tutorial.pages.fault import Fault, PageError
from tutorial.pages.page import Page, parse_page
from tutorial.proof.report import ChapterReport, Entry
from tutorial.proof.run import Options, PageRun, Snapshot, Watcher
from tutorial.proof.session import Outcome
from tutorial.proof.tree import Tree, TreeFile, is_leftover


@dataclass(frozen=True)
class Typed:
    """What was typed, and where; on `port` answers the server that it starts."""

    terminal: str
    command: tuple[str, ...]
    interrupt: bool
    port: int | None


@dataclass(frozen=True)
class Event:
    """What was typed in a run and what came of it."""

    typed: Typed
    outcome: Outcome
    before: Tree
    changes: Mapping[str, TreeFile | None]


@dataclass(frozen=True)
class Recording:
    """A run of a page that is true. `lacking` is what the machine didn't have."""

    start: Tree
    events: tuple[Event, ...]
    lacking: Mapping[str, str]


def recorded(page: Page, report: ChapterReport) -> Recording:
    """The recording of a page's run, as its report has it."""

    def file(entry: Entry) -> TreeFile:
        return TreeFile(report.contents[entry[0]], entry[1])

    tree: dict[str, TreeFile] = {path: file(entry) for path, entry in report.start.items()}
    start = dict(tree)
    events = []
    lacking = {}
    for block, came in zip(page.blocks, report.blocks, strict=True):
        if not isinstance(block, TerminalBlock):
            change(tree, {path: entry and file(entry) for path, entry in came.changes.items()})
            continue
        if came.result == "not run" and block.needs:
            lacking[block.needs] = came.reason
            continue
        for exchange, reply in zip(block.exchanges, came.exchanges, strict=True):
            last = exchange is block.exchanges[-1]
            typed = Typed(
                block.terminal,
                exchange.command,
                exchange.interrupt,
                block.port if last and exchange.command else None,
            )
            changes = {path: entry and file(entry) for path, entry in reply.changes.items()}
            outcome = Outcome(reply.output, reply.status)
            events.append(Event(typed, outcome, dict(tree), changes))
            change(tree, changes)
    return Recording(start, tuple(events), lacking)


def change(tree: dict[str, TreeFile], changes: Mapping[str, TreeFile | None]) -> None:
    """Make, change and remove files."""
    for path, file in changes.items():
        if file is None:
            tree.pop(path, None)
        else:
            tree[path] = file


class Replay:
    """A computer on which nothing is run."""

    def __init__(self, recording: Recording) -> None:
        self._events = recording.events
        self._tree = dict(recording.start)
        self._position = 0
        self.astray = False

    def write(self, path: str, file: TreeFile) -> None:
        """Write a file, where a real folder would take it."""
        above = {str(folder) for folder in PurePosixPath(path).parents}
        if above & self._tree.keys():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if any(other.startswith(f"{path}/") for other in self._tree):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not any(is_leftover(name) for name in PurePosixPath(path).parts):
            self._tree[path] = file

    def tree(self) -> Tree:
        """What the folder holds."""
        return dict(self._tree)

    def open(self, terminal: str) -> "ReplayedShell":
        """A terminal that knows the answers."""
        return ReplayedShell(terminal, self)

    def answer(self, typed: Typed) -> Outcome | None:
        """What came of this in the run; None if it isn't known, since the run was another."""
        asked = [event.typed for event in self._events[self._position :]]
        if typed not in asked:
            self.astray = True
            return None
        skipped = asked.index(typed)
        event = self._events[self._position + skipped]
        if skipped or self._tree != event.before:
            self.astray = True
        self._position += skipped + 1
        change(self._tree, event.changes)
        return None if self.astray else event.outcome


class ReplayedShell:
    """A terminal of a replay."""

    def __init__(self, name: str, replay: Replay) -> None:
        self._name = name
        self._replay = replay
        self.busy = False

    def run(self, command: Sequence[str]) -> Outcome | None:
        """Answer a command that ends."""
        return self._replay.answer(Typed(self._name, tuple(command), False, None))

    def serve(
        self, command: Sequence[str], port: int | None, expected: Callable[[str], bool]
    ) -> Outcome | None:
        """Answer a command that goes on."""
        self.busy = True
        return self._replay.answer(Typed(self._name, tuple(command), False, port))

    def go_on(self, expected: Callable[[str], bool]) -> Outcome | None:
        """Answer what is printed later."""
        return self._replay.answer(Typed(self._name, (), False, None))

    def interrupt(self) -> Outcome | None:
        """Answer Ctrl-C."""
        self.busy = False
        return self._replay.answer(Typed(self._name, (), True, None))

    def unclaimed(self) -> str:
        """Nothing: what no block shows isn't recorded."""
        return ""

    def close(self) -> None:
        """There is nothing to end."""


def judge_text(path: str, text: str, snapshot: Snapshot, recording: Recording) -> tuple[Fault, ...]:
    """What is untrue of a page's text, as far as the recording and the files can tell."""
    try:
        page = parse_page(path, text)
    except PageError as error:
        return error.faults
    options = Options(current(), lacking=recording.lacking)
    return PageRun(page, snapshot, Replay(recording), options, Watcher()).run().faults
