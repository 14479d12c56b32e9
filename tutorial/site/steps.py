"""The steps of a chapter's page, as the last verification found them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from tutorial.course import red_tests
from tutorial.patch import FilePatch, patches
from tutorial.proof.claim import Claim, all_claims
from tutorial.proof.report import ChapterReport, Entry, read_chapter
from tutorial.proof.tree import Tree, TreeFile
from tutorial.site.snapshot import Snapshot

UNKNOWN = (
    "This build of the site was made without a verification of the page as it is now, so it "
    "can't show what each step changes."
)


@dataclass(frozen=True)
class Step:
    """A step: where it stands on its page, and the reader's folder before and after it.

    `number` counts from 1, as `tutorial check` does. `red` are the tests that the page shows
    failing at its end.
    """

    chapter: Snapshot
    number: int
    count: int
    line: int
    title: str
    anchor: str
    has_blocks: bool
    before: Tree
    after: Tree
    red: frozenset[str] = frozenset()

    @cached_property
    def patches(self) -> list[FilePatch]:
        """What the step changes, file by file."""
        return patches(self.before, self.after)

    @property
    def name(self) -> str:
        """The step's part of an address, as in `05-create-and-list-green`."""
        return f"{self.number:02}-{self.anchor}"

    @property
    def page(self) -> PurePosixPath:
        """The page of what the step changes, in the docs."""
        return PurePosixPath("changes", self.chapter.name, f"{self.name}.md")

    @property
    def folder(self) -> str:
        """The folder that the step's zip opens into."""
        return f"{self.chapter.name}-after-step-{self.number:02}"


def read_steps(root: Path, chapters: list[Snapshot]) -> dict[str, list[Step]]:
    """Return the steps of each chapter, by its name.

    A chapter has none unless the report is of the page as it is now, and found it true.
    """
    claims = {claim.name: claim for claim in all_claims(root)}
    return {chapter.name: steps_of(chapter, claims[chapter.name]) for chapter in chapters}


def steps_of(chapter: Snapshot, claim: Claim) -> list[Step]:
    """Return the steps of one chapter."""
    try:
        report = read_chapter(claim.root, claim.name)
    except OSError:  # what the report tells of has been cleared away
        return []
    if not report or not report.complete or report.faults or report.inputs != claim.inputs():
        return []
    before = tree(report.start, report)
    steps = []
    for number, step in enumerate(report.steps, 1):
        after = tree(step.tree, report)
        last = step.blocks[-1].line if step.blocks else step.line
        steps.append(
            Step(
                chapter=chapter,
                number=number,
                count=len(report.steps),
                line=step.line,
                title=step.title,
                anchor=step.anchor,
                has_blocks=bool(step.blocks),
                before=before,
                after=after,
                red=red_tests(report, last, ends=True),
            )
        )
        before = after
    return steps


def tree(entries: Mapping[str, Entry], report: ChapterReport) -> Tree:
    """Return a tree of the report with its files' content."""
    return {
        path: TreeFile(report.contents[digest], executable)
        for path, (digest, executable) in sorted(entries.items())
    }
