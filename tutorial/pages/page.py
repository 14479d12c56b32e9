"""A page: steps, and in each its blocks."""

import re
import unicodedata
from dataclasses import dataclass

from tutorial.pages.blocks import Block, BlockError, parse_block
from tutorial.pages.fault import Fault, PageError
from tutorial.pages.fences import Fence, Heading, Problem, first_line_after_front_matter, scan

SECTION_LEVEL = 2
STEP_LEVELS = (SECTION_LEVEL, 3)
STARTS_FROM = re.compile(r"sections_start_from:\s*(\S+)\s*")


@dataclass(frozen=True)
class Step:
    """What stands below one heading. `anchor` is the heading's address on the site's page."""

    line: int
    level: int
    title: str
    anchor: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """A page that could be read. `path` names it in messages.

    A page goes on from heading to heading, unless it `starts_from` a chapter: then each of its
    sections begins anew with what that chapter left.
    """

    path: str
    text: str
    steps: tuple[Step, ...]
    starts_from: str | None = None

    @property
    def blocks(self) -> list[Block]:
        """All blocks, in order."""
        return [block for step in self.steps for block in step.blocks]

    @property
    def sections(self) -> list[tuple[Step, ...]]:
        """The steps that are run in one go; all of them, unless sections begin anew."""
        found: list[list[Step]] = []
        for step in self.steps:
            if not found or (self.starts_from and step.level == SECTION_LEVEL):
                found.append([])
            found[-1].append(step)
        return [tuple(section) for section in found]


def starts_from(text: str) -> str | None:
    """The chapter that each section of the page starts from, as the page's front matter says."""
    lines = text.split("\n")
    front_matter = lines[: first_line_after_front_matter(lines)]
    found = [match[1] for line in front_matter if (match := STARTS_FROM.fullmatch(line))]
    return found[0] if found else None


def parse_page(path: str, text: str) -> Page:
    """Read a page; PageError names everything that is wrong with it."""
    faults: list[Fault] = []
    headings: list[Heading] = []
    blocks: list[list[Block]] = []
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        faults.append(Fault(path, line, "a line that ends in a carriage return: use newlines only"))
        text = text.replace("\r\n", "\n")
    for found in scan(text):
        match found:
            case Problem():
                faults.append(Fault(path, found.line, found.sentence))
            case Heading(level=level) if level in STEP_LEVELS:
                headings.append(found)
                blocks.append([])
            case Fence():
                try:
                    block = parse_block(found)
                except BlockError as error:
                    line = found.line + error.offset
                    faults.append(Fault(path, line, error.sentence, error.detail))
                    continue
                if blocks:
                    blocks[-1].append(block)
                else:
                    faults.append(Fault(path, found.line, "a block outside any step"))
    if faults:
        raise PageError(sorted(faults, key=lambda fault: fault.line))
    anchors = anchors_of([heading.text for heading in headings])
    return Page(
        path,
        text,
        tuple(
            Step(heading.line, heading.level, heading.text, anchor, tuple(below))
            for heading, anchor, below in zip(headings, anchors, blocks, strict=True)
        ),
        starts_from(text),
    )


def anchors_of(titles: list[str]) -> list[str]:
    """The headings' ids, as Python-Markdown gives them."""
    seen: set[str] = set()
    anchors = []
    for title in titles:
        plain = unicodedata.normalize("NFKD", title.replace("`", "")).encode("ascii", "ignore")
        words = re.sub(r"[^\w\s-]", "", plain.decode()).strip().lower()
        slug = anchor = re.sub(r"[-\s]+", "-", words)
        number = 0
        while anchor in seen or not anchor:
            number += 1
            anchor = f"{slug}_{number}"
        seen.add(anchor)
        anchors.append(anchor)
    return anchors
