"""A chapter's page: steps, and in each its blocks."""

import re
import unicodedata
from dataclasses import dataclass

from tutorial.pages.blocks import Block, BlockError, parse_block
from tutorial.pages.fault import Fault, PageError
from tutorial.pages.fences import Fence, Heading, Problem, scan

STEP_LEVELS = (2, 3)


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
    """A page that could be read. `path` names it in messages."""

    path: str
    text: str
    steps: tuple[Step, ...]

    @property
    def blocks(self) -> list[Block]:
        """All blocks, in order."""
        return [block for step in self.steps for block in step.blocks]


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
