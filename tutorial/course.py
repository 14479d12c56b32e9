"""The way that a chapter's page takes: its milestones, each with the folder's files there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tutorial.forgiveness import decoded
from tutorial.pages.blocks import ChangeBlock, FileBlock
from tutorial.pages.changes import ADDED
from tutorial.pages.page import Page, parse_page
from tutorial.proof.claim import Claim
from tutorial.proof.report import ChapterReport, Entry, read_chapter
from tutorial.proof.run import FAILED_TEST
from tutorial.proof.tree import made, read_tree

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Milestone:
    """A place on the page, and what the folder holds there.

    `step` counts from 1; 0 is what the page begins with. `line` is of the block that was run last;
    `ends` tells whether it was the step's last to change anything. `red` are the tests that may
    fail there, because the page shows them failing.
    """

    step: int
    line: int
    files: Files
    ends: bool = True
    red: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Writing:
    """What a block of the page does to a file; `lines` are those that it shows as new."""

    line: int
    path: str
    lines: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Course:
    """A chapter's page as a way from its first milestone to its last.

    `steps` are the titles and lines of the page's headings; `start` is the path in the repository
    of the snapshot that the page begins with.
    """

    number: int
    page: str
    steps: tuple[tuple[str, int], ...]
    milestones: tuple[Milestone, ...]
    writings: tuple[Writing, ...] = ()
    start: str = ""

    @property
    def finish(self) -> Milestone:
        """The finished chapter."""
        return self.milestones[-1]

    @property
    def paths(self) -> frozenset[str]:
        """The files that the chapter has at any time."""
        return frozenset(path for milestone in self.milestones for path in milestone.files)

    def without(self, paths: frozenset[str]) -> "Course":
        """The course of who leaves these files out."""
        milestones = tuple(
            replace(
                each, files={path: each.files[path] for path in each.files if path not in paths}
            )
            for each in self.milestones
        )
        writings = tuple(each for each in self.writings if each.path not in paths)
        return replace(self, milestones=milestones, writings=writings)

    def made(self, path: str, milestone: Milestone) -> int | None:
        """The line of the block that first wrote the file; None where the page begins with it."""
        lines = [each.line for each in self.writings if each.path == path]
        return min((line for line in lines if line <= milestone.line), default=None)

    def written(self, path: str, milestone: Milestone, text: str = "") -> int | None:
        """The line of the block that last wrote this text to the file before the milestone.

        None where the page begins with it.
        """
        writings = [
            each for each in self.writings if each.path == path and each.line <= milestone.line
        ]
        showing = [each for each in writings if text.strip() and text.rstrip() in each.lines]
        at_start = (decoded(self.milestones[0].files.get(path, b"")) or "").split("\n")
        if not showing and text.strip() and text.rstrip() in [line.rstrip() for line in at_start]:
            return None
        last = (showing or writings)[-1:]
        return last[0].line if last else None

    def quiet(self, milestone: Milestone) -> range:
        """The steps up to the milestone's own that change no file."""
        alike = [each.step for each in self.milestones if each.files == milestone.files]
        return range(alike[0] + 1, milestone.step + 1)

    def following(self, milestone: Milestone) -> Writing | None:
        """What the page writes next."""
        return next((each for each in self.writings if each.line > milestone.line), None)


def read_course(claim: Claim) -> Course | None:
    """The chapter's course from the last report; None unless that is of the page as it is now."""
    try:
        report = read_chapter(claim.root, claim.name)
    except OSError:  # what the report tells of has been cleared away
        return None
    if report is None or report.inputs != claim.inputs():
        return None
    page = parse_page(claim.page, claim.text())
    if len(report.steps) < len(page.steps) or not report.steps:
        return None
    milestones = tuple(all_milestones(report))
    snapshot = made(read_tree(claim.root / claim.snapshot))
    if milestones[-1].files != {path: file.content for path, file in snapshot.items()}:
        return None
    return Course(
        int(claim.name[:2]),
        claim.page,
        tuple((step.title, step.line) for step in page.steps),
        milestones,
        tuple(all_writings(page, report)),
        f"src/{claim.before}" if claim.before else "",
    )


def all_milestones(report: ChapterReport) -> Iterator[Milestone]:
    """What the page begins with, then each block that changes the folder and each step's end."""
    tree = dict(report.start)
    yield Milestone(0, 0, files_of(tree, report))
    for number, step in enumerate(report.steps, 1):
        for block in step.blocks:
            if not block.changes:
                continue
            for path, entry in block.changes.items():
                if entry is None:
                    tree.pop(path, None)
                else:
                    tree[path] = entry
            if files_of(tree, report) != files_of(step.tree, report):
                yield Milestone(
                    number,
                    block.line,
                    files_of(tree, report),
                    False,
                    red_tests(report, block.line, False),
                )
        tree = dict(step.tree)
        line = step.blocks[-1].line if step.blocks else step.line
        yield Milestone(number, line, files_of(tree, report), True, red_tests(report, line, True))


def files_of(tree: Mapping[str, Entry], report: ChapterReport) -> dict[str, bytes]:
    """The tree's files with their content."""
    return {path: report.contents[entry[0]] for path, entry in tree.items()}


def red_tests(report: ChapterReport, line: int, ends: bool) -> frozenset[str]:
    """The tests that fail where the page last ran pytest; in mid-step, or where it will next."""
    runs = [
        (exchange.line, frozenset(FAILED_TEST.findall(exchange.output)))
        for block in report.blocks
        for exchange in block.exchanges
        if "pytest" in exchange.typed.split()
    ]
    # A block's line is above its commands'.
    following = [block.line for block in report.blocks if block.line > line]
    until = following[0] if following else float("inf")
    before = [red for at, red in runs if at < until][-1:]
    after = [] if ends else [red for at, red in runs if at >= until][:1]
    return frozenset[str]().union(*before, *after)


def all_writings(page: Page, report: ChapterReport) -> Iterator[Writing]:
    """Which block of the page changes which file."""
    reports = {block.line: block for step in report.steps for block in step.blocks}
    for block in page.blocks:
        lines: Iterable[str] = ()
        if isinstance(block, FileBlock):
            lines = block.content.split("\n")
        elif isinstance(block, ChangeBlock):
            lines = [line for hunk in block.hunks for mark, line in hunk.lines if mark == ADDED]
        for path in reports[block.line].changes if block.line in reports else ():
            yield Writing(block.line, path, frozenset(line.rstrip() for line in lines))
