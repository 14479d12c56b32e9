"""Judges a page against the recording of a run: its files are built anew, and no command is run.

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
from tutorial.pages.blocks import Block, TerminalBlock
from tutorial.pages.fault import Fault, PageError
from tutorial.pages.page import Page, Step, parse_page
from tutorial.proof.report import ChapterReport, Entry
from tutorial.proof.run import Options, PageRun, Snapshot, Watcher
from tutorial.proof.session import Outcome, ended_instead
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
    """What was typed in a run and what came of it; `line` is the block's."""

    line: int
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
    begins = {block.line for section in page.sections for block in first_block(section)}
    for block, came in zip(page.blocks, report.blocks, strict=True):
        if block.line in begins:
            tree = dict(start)
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
            events.append(Event(block.line, typed, outcome, dict(tree), changes))
            change(tree, changes)
    return Recording(start, tuple(events), lacking)


def first_block(section: Sequence[Step]) -> list[Block]:
    """The section's first block, if it has any."""
    return [block for step in section for block in step.blocks][:1]


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
        self._start = recording.start
        self._tree = dict(recording.start)
        self._position = 0
        self.left_at: int | None = None

    @property
    def astray(self) -> bool:
        """Whether something was typed that wasn't in the run, or not then, or not there."""
        return self.left_at is not None

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

    def start_anew(self) -> None:
        """Let the folder be as it was at first."""
        self._tree = dict(self._start)

    def ends(self, typed: Typed) -> Outcome | None:
        """How this command ended when it came next in the run, if it did."""
        following = self._events[self._position : self._position + 1]
        if not self.astray and following and following[0].before == self._tree:
            event = following[0]
            if event.typed == typed and event.outcome.status is not None:
                return event.outcome
        return None

    def answer(self, typed: Typed) -> Outcome | None:
        """What came of this in the run; None if it isn't known, since the run was another."""
        asked = [event.typed for event in self._events[self._position :]]
        if typed not in asked:
            self._leave(self._position)
            return None
        skipped = asked.index(typed)
        event = self._events[self._position + skipped]
        if skipped or self._tree != event.before:
            self._leave(self._position + skipped)
        self._position += skipped + 1
        change(self._tree, event.changes)
        return None if self.astray else event.outcome

    def _leave(self, event: int) -> None:
        if self.left_at is None:
            self.left_at = min(event, len(self._events) - 1)


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
        """Answer a command that goes on; one that is known to end is an error, as it really is."""
        if ended := self._replay.ends(Typed(self._name, tuple(command), False, None)):
            raise ended_instead(ended)
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


@dataclass(frozen=True)
class Departure:
    """Where a page leaves its recording: in this block of this step, and what the folder holds.

    `event` is the recording's that comes closest.
    """

    page: Page
    step: Step
    block: Block
    tree: Tree
    event: int


@dataclass(frozen=True)
class Judgement:
    """What is untrue of a text, as far as the recording and the files can tell.

    Beyond a departure they can't tell all.
    """

    faults: tuple[Fault, ...]
    departure: Departure | None


class Follower(Watcher):
    """Notes where a replay goes astray."""

    def __init__(self, page: Page, replay: Replay) -> None:
        self._page = page
        self._replay = replay
        self._last: tuple[Step, Block, Tree] | None = None

    def begins(self, step: Step, block: Block) -> None:
        if not self._replay.astray:
            self._last = step, block, self._replay.tree()

    @property
    def departure(self) -> Departure | None:
        """Where it left the recording, if it did."""
        if self._last is None or self._replay.left_at is None:
            return None
        return Departure(self._page, *self._last, self._replay.left_at)


def judge_text(path: str, text: str, snapshot: Snapshot, recording: Recording) -> Judgement:
    """Judge a page's text, against a snapshot, by what was recorded."""
    try:
        page = parse_page(path, text)
    except PageError as error:
        return Judgement(error.faults, None)
    options = Options(current(), lacking=recording.lacking)
    replay = Replay(recording)
    follower = Follower(page, replay)
    result = PageRun(page, snapshot, replay, options, follower).run()
    return Judgement(result.faults, follower.departure)
