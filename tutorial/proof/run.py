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
from tutorial.proof.report import BlockReport, ExchangeReport, Result, StepReport, summary
from tutorial.proof.session import Outcome, Session
from tutorial.proof.terminal import Terminal, TerminalError
from tutorial.proof.tree import (
    LEFTOVERS,
    UNMADE,
    Tree,
    TreeFile,
    differences,
    made,
    read_tree,
)
from tutorial.proof.workspace import Workspace

TRACEBACK = "Traceback (most recent call last)"
FAILED_TEST = re.compile(r"^(?:FAILED|ERROR) (\S.*?::.*?)(?: - .*)?$", re.MULTILINE)
INTERRUPTED = (0, 130)


@dataclass(frozen=True)
class Options:
    """How pages are run.

    `timeout` bounds each command, in seconds. `lacking` says, of what blocks may need, why this
    machine doesn't have it. A `recording` run takes whatever is printed for true.
    """

    interpreter: Interpreter
    timeout: float = 120.0
    keep_going: bool = False
    recording: bool = False
    lacking: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PageResult:
    """What a run of a page found. `complete` tells whether it came to the page's end."""

    steps: tuple[StepReport, ...]
    trees: tuple[Tree, ...]
    faults: tuple[Fault, ...]
    complete: bool
    seconds: float
    judging: float

    @property
    def tree(self) -> Tree:
        """The reader's folder at the end."""
        return self.trees[-1] if self.trees else {}


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
    root: Path,
    snapshot: str,
    options: Options,
    watcher: Watcher | None = None,
) -> PageResult:
    """Run a page in a new folder that holds `start`; compare what it builds with the snapshot.

    `snapshot` is the chapter's folder in the repository `root`, as in `src/02-todo-api`.
    """
    with Workspace(start, options.interpreter) as workspace:
        run = PageRun(page, root, snapshot, workspace, options, watcher or Watcher())
        return run.run()


class PageRun:
    """One run of one page."""

    def __init__(
        self,
        page: Page,
        root: Path,
        snapshot: str,
        workspace: Workspace,
        options: Options,
        watcher: Watcher,
    ) -> None:
        self._page = page
        self._root = root
        self._snapshot = snapshot
        self._workspace = workspace
        self._options = options
        self._watcher = watcher
        self._sessions: dict[str, Session] = {}
        self._faults: list[Fault] = []
        self._written: dict[str, int] = {}  # the line of the block that wrote a file last
        self._judging = 0.0

    def run(self) -> PageResult:
        """Run all steps; stop at the first fault, unless it is asked to keep going."""
        begin = time.monotonic()
        steps: list[StepReport] = []
        trees: list[Tree] = []
        complete = False
        try:
            for step in self._page.steps:
                self._step(step, steps, trees)
            self._check_servers()
            self._check_snapshot(trees[-1] if trees else {})
            complete = True
        except StopError:
            pass
        finally:
            for session in self._sessions.values():
                session.close()
        return PageResult(
            tuple(steps),
            tuple(trees),
            tuple(self._faults),
            complete,
            time.monotonic() - begin,
            self._judging,
        )

    def _step(self, step: Step, steps: list[StepReport], trees: list[Tree]) -> None:
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
            trees.append(self._workspace.tree())
            steps.append(
                StepReport(
                    step.line,
                    step.level,
                    step.title,
                    step.anchor,
                    time.monotonic() - begin,
                    tuple(blocks),
                    summary(trees[-1]),
                )
            )

    def _block(self, block: Block) -> BlockReport:
        begin = time.monotonic()
        faults = len(self._faults)
        result: Result = "passed"
        reason = ""
        exchanges: list[ExchangeReport] = []
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
        )

    def _fault(self, line: int, sentence: str, detail: tuple[str, ...] = ()) -> None:
        self._faults.append(Fault(self._page.path, line, sentence, detail))

    # Files

    def _write(self, block: Block, path: str, content: bytes, executable: bool) -> None:
        if path in UNMADE:
            self._fault(block.line, f"{path} is a file that no page makes: it {UNMADE[path]}")
            return
        try:
            self._workspace.write(path, TreeFile(content, executable))
        except OSError as error:
            self._fault(block.line, f"{path} can't be written: {error.strerror}")
            return
        self._written[path] = block.line
        if path not in self._workspace.tree():
            names = ", ".join(LEFTOVERS)
            self._fault(block.line, f"{path} is no part of a chapter: leftovers are {names}")

    def _include(self, block: IncludeBlock) -> None:
        if block.source != f"{self._snapshot}/{block.path}":
            sentence = f"the block makes {block.path}, so it includes {self._snapshot}/{block.path}"
            self._fault(block.line + 1, f"{sentence}, not {block.source}")
            return
        try:
            content = (self._root / block.source).read_bytes()
        except OSError as error:
            self._fault(block.line + 1, f"{block.source} can't be included: {error.strerror}")
            return
        self._write(block, block.path, content, block.executable)

    def _change(self, block: ChangeBlock) -> None:
        file = self._workspace.tree().get(block.path)
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

    def _session(self, name: str) -> Session:
        if name not in self._sessions:
            terminal = Terminal(self._workspace.folder, self._workspace.variables())
            self._sessions[name] = Session(terminal, self._options.timeout)
        return self._sessions[name]

    def _type(self, block: TerminalBlock, reports: list[ExchangeReport]) -> None:
        for number, exchange in enumerate(block.exchanges):
            begin = time.monotonic()
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
            outcome = Outcome(normalise(outcome.output, SHOWN_AS), outcome.status)
            reports.append(
                ExchangeReport(
                    block.line_of(exchange),
                    exchange.typed,
                    outcome.output,
                    outcome.status,
                    exchange.elisions,
                    time.monotonic() - begin,
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
    ) -> Outcome:
        session = self._session(block.terminal)

        def expected(output: str) -> bool:
            return comparison.same(exchange.output, output)

        if exchange.interrupt:
            if not session.busy:
                raise TerminalError("there is nothing to interrupt in this terminal")
            self._check_unclaimed(block.line_of(exchange), session)
            return session.interrupt()
        if not exchange.command:
            if not session.busy:
                raise TerminalError("output without a command, and nothing runs in this terminal")
            return session.go_on(expected)
        if session.busy:
            raise TerminalError("a command is still running in this terminal")
        if block.port and not following:
            return session.serve(exchange.command, block.port, expected)
        if following and following[0].interrupt:
            return session.serve(exchange.command, None, expected)
        return session.run(exchange.command)

    def _check_unclaimed(self, line: int, session: Session) -> None:
        output = normalise(session.unclaimed(), SHOWN_AS)
        if TRACEBACK in output:
            detail = tuple(output.rstrip("\n").split("\n")[-comparison.LONGEST_DETAIL :])
            self._fault(line, "the server printed a traceback that the page doesn't show", detail)

    def _check_servers(self) -> None:
        for session in self._sessions.values():
            if session.busy:
                self._check_unclaimed(self._page.text.count("\n") or 1, session)

    # The end

    def _check_snapshot(self, built: Tree) -> None:
        if self._options.recording:
            return
        end = self._page.text.count("\n") or 1
        snapshot = made(read_tree(self._root / self._snapshot))
        for difference in differences(made(built), snapshot):
            line = self._written.get(difference.path, end)
            sentence = f"{self._snapshot}/{difference.path} {difference.how}"
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


def lacking() -> dict[str, str]:
    """What blocks may need and this machine doesn't have, each with the reason."""
    from tutorial.proof.docker import why_not

    reason = why_not()
    return {"docker": f"needs {NEEDS['docker']}: {reason}"} if reason else {}
