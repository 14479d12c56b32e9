"""Runs a page: makes its files, types its commands, and compares what comes with what it says."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutorial.interpreters import Interpreter
from tutorial.normalisers import SHOWN_AS, normalise
from tutorial.pages.blocks import (
    NEEDS,
    Block,
    ChangeBlock,
    FileBlock,
    IncludeBlock,
    ShownBlock,
    TerminalBlock,
)
from tutorial.pages.changes import ChangeError, apply_change
from tutorial.pages.console import Exchange
from tutorial.pages.fault import Fault
from tutorial.pages.page import Page, Step
from tutorial.proof import comparison
from tutorial.proof.computer import Computer, ReadersComputer, Shell
from tutorial.proof.report import (
    BlockReport,
    ExchangeReport,
    Result,
    StepReport,
    changes,
    contents,
    summary,
)
from tutorial.proof.session import Outcome
from tutorial.proof.terminal import TerminalError
from tutorial.proof.tree import (
    LEFTOVERS,
    UNMADE,
    Tree,
    TreeFile,
    differences,
    made,
)
from tutorial.proof.workspace import Workspace

TRACEBACK = "Traceback (most recent call last)"
FAILED_TEST = re.compile(r"^(?:FAILED|ERROR) (\S.*?::.*?)(?: - .*)?$", re.MULTILINE)
INTERRUPTED = (0, 130)

# In seconds. A command that hangs is ended; one that installs packages on a slow machine isn't.
TIMEOUT = 300.0


@dataclass(frozen=True)
class Options:
    """How pages are run.

    `timeout` bounds each command, in seconds. `lacking` says, of what blocks may need, why this
    machine doesn't have it. A `recording` run takes whatever is printed for true.
    """

    interpreter: Interpreter
    timeout: float = TIMEOUT
    keep_going: bool = False
    recording: bool = False
    lacking: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """A chapter's snapshot; its name is its path in the repository, as in `src/02-todo-api`."""

    name: str
    tree: Tree


@dataclass(frozen=True)
class PageResult:
    """What a run of a page found. `complete` tells whether it came to the page's end.

    `contents` are those of all files that were there at any time, by digest.
    """

    steps: tuple[StepReport, ...]
    tree: Tree
    contents: Mapping[str, bytes]
    faults: tuple[Fault, ...]
    complete: bool
    seconds: float
    judging: float


class Watcher:
    """Is told how a run goes; this one doesn't listen."""

    def begins(self, step: Step, block: Block) -> None:
        """A block is about to be run."""

    def ended(self, report: BlockReport) -> None:
        """A block was run."""


class StopError(Exception):
    """The run can't go on, or needn't."""


def run_page(
    page: Page,
    start: Tree,
    snapshot: Snapshot,
    options: Options,
    watcher: Watcher | None = None,
    environment: Path | None = None,
) -> PageResult:
    """Run a page in a new folder that holds `start`; compare what it builds with the snapshot.

    A page whose sections start anew builds nothing that would stay: there it isn't compared.
    """
    with Workspace(start, options.interpreter, environment) as workspace:
        computer = ReadersComputer(workspace, options.timeout)
        return PageRun(page, snapshot, computer, options, watcher or Watcher()).run()


class PageRun:
    """One run of one page, on any computer."""

    def __init__(
        self,
        page: Page,
        snapshot: Snapshot,
        computer: Computer,
        options: Options,
        watcher: Watcher,
    ) -> None:
        self._page = page
        self._snapshot = snapshot
        self._computer = computer
        self._options = options
        self._watcher = watcher
        self._shells: dict[str, Shell] = {}
        self._contents = contents([computer.tree()])
        self._faults: list[Fault] = []
        self._written: dict[str, int] = {}  # the line of the block that wrote a file last
        self._judging = 0.0

    def run(self) -> PageResult:
        """Run all steps; stop at the first fault, unless it is asked to keep going."""
        begin = time.monotonic()
        steps: list[StepReport] = []
        complete = False
        try:
            for number, section in enumerate(self._page.sections):
                if number:
                    self._start_anew()
                for step in section:
                    self._step(step, steps)
                self._check_servers()
            self._check_snapshot()
            complete = True
        except StopError:
            pass
        finally:
            self._close_shells()
        return PageResult(
            tuple(steps),
            self._computer.tree(),
            self._contents,
            tuple(self._faults),
            complete,
            time.monotonic() - begin,
            self._judging,
        )

    def _start_anew(self) -> None:
        self._close_shells()
        self._computer.start_anew()

    def _close_shells(self) -> None:
        while self._shells:
            self._shells.popitem()[1].close()

    def _step(self, step: Step, steps: list[StepReport]) -> None:
        begin = time.monotonic()
        blocks: list[BlockReport] = []
        try:
            for block in step.blocks:
                self._watcher.begins(step, block)
                blocks.append(self._block(block))
                self._watcher.ended(blocks[-1])
                if blocks[-1].result == "failed" and not self._options.keep_going:
                    raise StopError
        finally:
            steps.append(
                StepReport(
                    step.line,
                    step.level,
                    step.title,
                    step.anchor,
                    time.monotonic() - begin,
                    tuple(blocks),
                    summary(self._tree()),
                )
            )

    def _block(self, block: Block) -> BlockReport:
        begin = time.monotonic()
        faults = len(self._faults)
        result: Result = "passed"
        reason = ""
        exchanges: list[ExchangeReport] = []
        before = self._tree()
        match block:
            case FileBlock():
                self._write(block, block.path, block.content.encode(), block.executable)
            case IncludeBlock():
                self._include(block)
            case ChangeBlock():
                self._change(block)
            case ShownBlock():
                result, reason = "shown", block.reason
            case TerminalBlock(needs=str(need)) if need in self._options.lacking:
                result, reason = "not run", self._options.lacking[need]
            case TerminalBlock():
                self._type(block, exchanges)
        if len(self._faults) > faults:
            result = "failed"
        return BlockReport(
            block.line,
            block.role,
            block.language,
            block.subject,
            result,
            reason,
            time.monotonic() - begin,
            tuple(exchanges),
            changes(before, self._tree()),
        )

    def _tree(self) -> Tree:
        """The folder as it is; what is in it is kept for the report."""
        tree = self._computer.tree()
        self._contents.update(contents([tree]))
        return tree

    def _fault(self, line: int, sentence: str, detail: tuple[str, ...] = ()) -> None:
        self._faults.append(Fault(self._page.path, line, sentence, detail))

    # Files

    def _write(self, block: Block, path: str, content: bytes, executable: bool) -> None:
        if path in UNMADE:
            self._fault(block.line, f"{path} is a file that no page makes: it {UNMADE[path]}")
            return
        try:
            self._computer.write(path, TreeFile(content, executable))
        except OSError as error:
            self._fault(block.line, f"{path} can't be written: {error.strerror}")
            return
        self._written[path] = block.line
        if path not in self._computer.tree():
            names = ", ".join(LEFTOVERS)
            self._fault(block.line, f"{path} is no part of a chapter: leftovers are {names}")

    def _include(self, block: IncludeBlock) -> None:
        own = f"{self._snapshot.name}/{block.path}"
        if block.source != own:
            sentence = f"the block makes {block.path}, so it includes {own}, not {block.source}"
            self._fault(block.line + 1, sentence)
            return
        file = self._snapshot.tree.get(block.path)
        if file is None:
            self._fault(block.line + 1, f"{own} can't be included: there is no such file")
            return
        self._write(block, block.path, file.content, block.executable)

    def _change(self, block: ChangeBlock) -> None:
        file = self._computer.tree().get(block.path)
        if file is None:
            self._fault(block.line, f"{block.path} is to be changed, but there is no such file")
            return
        try:
            text = apply_change(file.content.decode(), block.hunks)
        except UnicodeDecodeError:
            self._fault(block.line, f"{block.path} isn't text")
            return
        except ChangeError as error:
            line = block.line + 1 + error.offset
            self._fault(line, f"{block.path}: {error.sentence}", error.detail)
            return
        self._write(block, block.path, text.encode(), file.executable)

    # Terminals

    def _shell(self, name: str) -> Shell:
        if name not in self._shells:
            self._shells[name] = self._computer.open(name)
        return self._shells[name]

    def _type(self, block: TerminalBlock, reports: list[ExchangeReport]) -> None:
        for number, exchange in enumerate(block.exchanges):
            begin = time.monotonic()
            before = self._tree()
            following = block.exchanges[number + 1 :]
            try:
                outcome = self._exchange(block, exchange, following)
            except TerminalError as error:
                detail = tuple(error.output.split("\n")[-comparison.LONGEST_DETAIL :])
                self._fault(
                    block.line_of(exchange),
                    f"{quoted(exchange)}: {error.sentence}",
                    ("output so far:", *detail) if error.output else ("no output so far",),
                )
                raise StopError from None
            if outcome is None:
                continue
            outcome = Outcome(normalise(outcome.output, SHOWN_AS), outcome.status)
            reports.append(
                ExchangeReport(
                    block.line_of(exchange),
                    exchange.typed,
                    outcome.output,
                    outcome.status,
                    exchange.elisions,
                    time.monotonic() - begin,
                    changes(before, self._tree()),
                )
            )
            judged = time.monotonic()
            found = judge(
                self._page.path, block, exchange, outcome, not following, self._options.recording
            )
            self._judging += time.monotonic() - judged
            self._faults += found
            if found and not self._options.keep_going:
                return

    def _exchange(
        self, block: TerminalBlock, exchange: Exchange, following: tuple[Exchange, ...]
    ) -> Outcome | None:
        shell = self._shell(block.terminal)

        def expected(output: str) -> bool:
            return comparison.same(exchange.output, output)

        if exchange.interrupt:
            if not shell.busy:
                raise TerminalError("there is nothing to interrupt in this terminal")
            self._check_unclaimed(block.line_of(exchange), shell)
            return shell.interrupt()
        if not exchange.command:
            if not shell.busy:
                raise TerminalError("output without a command, and nothing runs in this terminal")
            return shell.go_on(expected)
        if shell.busy:
            raise TerminalError("a command is still running in this terminal")
        if block.port and not following:
            return shell.serve(exchange.command, block.port, expected)
        if following and following[0].interrupt:
            return shell.serve(exchange.command, None, expected)
        return shell.run(exchange.command)

    def _check_unclaimed(self, line: int, shell: Shell) -> None:
        output = normalise(shell.unclaimed(), SHOWN_AS)
        if TRACEBACK in output:
            detail = tuple(output.rstrip("\n").split("\n")[-comparison.LONGEST_DETAIL :])
            self._fault(line, "the server printed a traceback that the page doesn't show", detail)

    def _check_servers(self) -> None:
        for shell in self._shells.values():
            if shell.busy:
                self._check_unclaimed(self._page.text.count("\n") or 1, shell)

    # The end

    def _check_snapshot(self) -> None:
        if self._options.recording or self._page.starts_from:
            return
        end = self._page.text.count("\n") or 1
        for difference in differences(made(self._computer.tree()), made(self._snapshot.tree)):
            line = self._written.get(difference.path, end)
            sentence = f"{self._snapshot.name}/{difference.path} {difference.how}"
            self._fault(line, sentence, difference.detail)


def judge(
    page: str,
    block: TerminalBlock,
    exchange: Exchange,
    outcome: Outcome,
    last: bool,
    recording: bool = False,
) -> list[Fault]:
    """What a page says of an exchange that isn't so. Pure."""
    line = block.line_of(exchange)
    status = block.status if last else 0
    ends_well = outcome.status in (status, None)
    if exchange.interrupt and not (last and block.status):
        ends_well = outcome.status in INTERRUPTED
    detail: tuple[str, ...] = ()
    if not comparison.same(exchange.output, outcome.output):
        detail = comparison.difference(exchange.output, outcome.output)
    if not ends_well:
        sentence = f"{quoted(exchange)} ends with status {outcome.status}, not {status}"
        return [Fault(page, line, sentence, detail)]
    if last and block.fails:
        failed = set(FAILED_TEST.findall(outcome.output))
        if failed != set(block.fails):
            names = (
                *(f"- {name}" for name in block.fails if name not in failed),
                *(f"+ {name}" for name in sorted(failed) if name not in block.fails),
            )
            sentence = f"{quoted(exchange)}: other tests fail than the block names"
            return [Fault(page, block.line, sentence, ("expected (-), got (+):", *names))]
    if detail and not recording:
        sentence = f"{quoted(exchange)} prints something else"
        return [Fault(page, line, sentence, detail)]
    return []


def quoted(exchange: Exchange) -> str:
    """The exchange's name in a sentence."""
    return f"`{exchange.typed}`" if exchange.command or exchange.interrupt else exchange.typed


def lacking(interpreter: Interpreter) -> dict[str, str]:
    """What blocks may need and this machine or Python doesn't have, each with the reason."""
    from tutorial.proof.docker import why_not

    reasons = {"docker": why_not()}
    if interpreter.minor != "3.13":
        reasons["python3.13"] = f"this is Python {interpreter.minor}"
    return {need: f"needs {NEEDS[need]}: {reason}" for need, reason in reasons.items() if reason}
