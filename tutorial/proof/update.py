"""Brings pages and snapshots up to date after an edit, chapter by chapter.

A chapter is run first, and written only when all of it is known: its page's outputs as they came,
its snapshot as the page builds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tutorial.errors import TutorialError
from tutorial.pages.blocks import TerminalBlock
from tutorial.pages.fault import Fault, PageError
from tutorial.pages.page import Page, parse_page
from tutorial.proof.claim import Claim
from tutorial.proof.comparison import brought_up_to_date, same
from tutorial.proof.report import StepReport, write_at_once
from tutorial.proof.run import Options, Snapshot, Watcher, run_page
from tutorial.proof.tree import Tree, made, read_tree


@dataclass(frozen=True)
class Edition:
    """What an update of a chapter changes."""

    claim: Claim
    text: str
    tree: Tree
    old_text: str
    old_tree: Tree

    @property
    def changed(self) -> list[str]:
        """The repository's files that it changes."""
        paths = [self.claim.page] if self.text != self.old_text else []
        return paths + [f"{self.claim.snapshot}/{path}" for path in self.changed_files]

    @property
    def changed_files(self) -> list[str]:
        """The snapshot's files that it changes, makes or removes."""
        every = sorted(self.tree.keys() | self.old_tree.keys())
        return [path for path in every if self.tree.get(path) != self.old_tree.get(path)]


class OutdatedError(Exception):
    """A page that no longer applies; nothing of it was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def update(
    claims: Sequence[Claim],
    options: Options,
    written: Callable[[Edition], None],
    watcher: Watcher | None = None,
    snapshots: bool = True,
) -> None:
    """Bring the chapters up to date, in order; `written` hears of each.

    OutdatedError at the first whose page no longer applies; those before it are written.
    """
    for claim in claims:
        edition = prepare(claim, options, watcher)
        if not snapshots:
            edition = replace(edition, tree=edition.old_tree)
        write(edition)
        written(edition)


def prepare(claim: Claim, options: Options, watcher: Watcher | None = None) -> Edition:
    """Run a chapter's page and give what it should say and what it builds."""
    try:
        old_text = claim.text()
        page = parse_page(claim.page, old_text)
    except PageError as error:
        raise OutdatedError(error.faults) from None
    except TutorialError as error:
        raise OutdatedError([Fault(claim.page, 1, str(error))]) from None
    snapshot = Snapshot(claim.snapshot, read_tree(claim.root / claim.snapshot))
    recording = replace(options, recording=True, keep_going=False)
    try:
        environment = claim.environment(options.interpreter)
    except TutorialError as error:
        raise OutdatedError([Fault(claim.page, 1, str(error))]) from None
    result = run_page(page, claim.start(), snapshot, recording, watcher, environment)
    if result.faults:
        raise OutdatedError(result.faults)
    text = rewritten(page, result.steps)
    old_tree = made(snapshot.tree)
    tree = old_tree if claim.starts_from else made(result.tree)
    return Edition(claim, text, tree, old_text, old_tree)


def rewritten(page: Page, steps: Sequence[StepReport]) -> str:
    """The page's text with the outputs that came; OutdatedError if they can't be written down."""
    lines = page.text.split("\n")
    reports = {block.line: block for step in steps for block in step.blocks}
    for block in reversed(page.blocks):
        report = reports[block.line]
        if not isinstance(block, TerminalBlock) or report.result == "not run":
            continue
        for exchange, came in reversed(list(zip(block.exchanges, report.exchanges, strict=True))):
            output = brought_up_to_date(exchange.output, came.output)
            first = block.line + exchange.output_offset
            margin = " " * block.fence.indent
            lines[first : first + len(exchange.output)] = [
                f"{margin}{line}".rstrip() if not line else f"{margin}{line}" for line in output
            ]
    text = "\n".join(lines)
    check(page, text, steps)
    return text


def check(page: Page, text: str, steps: Sequence[StepReport]) -> None:
    """Make sure that the new text says what came: some outputs look like a page's own marks."""
    try:
        blocks = parse_page(page.path, text).blocks
    except PageError as error:
        raise OutdatedError(error.faults) from None
    reports = [report for step in steps for report in step.blocks]
    for block, old, report in zip(blocks, page.blocks, reports, strict=True):
        if not isinstance(block, TerminalBlock) or not report.exchanges:
            continue
        told = [(exchange.typed, exchange.output) for exchange in block.exchanges]
        came = [(exchange.typed, exchange.output) for exchange in report.exchanges]
        if len(told) != len(came) or not all(
            typed == typed_then and same(output, output_then)
            for (typed, output), (typed_then, output_then) in zip(told, came, strict=True)
        ):
            sentence = "the block's output can't be written down: a line of it looks like a prompt"
            raise OutdatedError([Fault(page.path, old.line, sentence)])


def write(edition: Edition) -> None:
    """Write a chapter's new edition: its snapshot, then its page, each file at once."""
    claim = edition.claim
    folder = claim.root / claim.snapshot
    for path in edition.changed_files:
        file = edition.tree.get(path)
        target = folder / path
        if file is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_at_once(target, file.content, file.executable)
            continue
        target.unlink()
        for above in target.relative_to(folder).parents[:-1]:
            if any((folder / above).iterdir()):
                break
            (folder / above).rmdir()
    if edition.text != edition.old_text:
        write_at_once(claim.root / claim.page, edition.text.encode())
