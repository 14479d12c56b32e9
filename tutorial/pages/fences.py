"""Finds a page's fences and headings, line by line.

Renderers disagree on what is code: CommonMark lets a fence stand up to three columns to the
right, close with more ticks or not close at all; Python-Markdown doesn't; only the latter knows
admonitions and tabs, whose content CommonMark takes for indented code. So that no code slips by
unproven, a page may only use what is read in one way; all else that looks like code is a problem.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TAB = 4  # the indentation of what an admonition, a tab or a list's item holds

OPENING = re.compile(r"(?P<marker>`{3,}|~{3,})(?P<info>.*)")
NESTED_OPENING = re.compile(r"(?:(?:[>*+-]|\d+[.)])\s+|>)+(?:`{3,}|~{3,})")
HEADING = re.compile(r"(#{1,6})\s+(.+?)(?:\s+#+)?\s*")
UNDERLINE = re.compile(r"=+|-+")
ADMONITION_OR_TAB = re.compile(r"(?:!!!|\?\?\?\+?|===[!+]*)\s")
LIST_ITEM = re.compile(r"(?:[*+-]|\d+[.)])\s")
FOOTNOTE = re.compile(r"\[\^[^\]]+\]:")
INCLUDE = re.compile(r"\s*;*-+8<-+")
RAW_CODE = re.compile(r"<(?:pre|listing|xmp|textarea|script|style)\b", re.IGNORECASE)
ATTRIBUTES = re.compile(r"\s*\{[^}]*\}$")


@dataclass(frozen=True)
class Heading:
    """A heading of the page; `##` has level 2."""

    line: int
    level: int
    text: str


@dataclass(frozen=True)
class Fence:
    """A fenced block: what stands after its ticks, and its lines without their indentation."""

    line: int
    indent: int
    marker: str
    info: str
    body: tuple[str, ...]

    @property
    def end(self) -> int:
        """The line of the closing fence."""
        return self.line + len(self.body) + 1


@dataclass(frozen=True)
class Problem:
    """A line that renderers read in different ways, or that hides code from the proof."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Container:
    """What indents the lines in it: they are its content from `least` columns on."""

    least: int
    content: int


@dataclass
class Position:
    """What the lines before have opened."""

    containers: list[Container] = field(default_factory=list)
    after_blank: bool = True
    in_paragraph: bool = False

    @property
    def column(self) -> int:
        """Where content stands here."""
        return self.containers[-1].content if self.containers else 0

    def leave(self, indent: int) -> None:
        """Close what a line with this indentation is no longer part of."""
        while self.containers and indent < self.containers[-1].least:
            self.containers.pop()


def scan(text: str) -> Iterator[Heading | Fence | Problem]:
    """The page's headings, fences and problems, in order."""
    lines = text.split("\n")
    position = Position()
    number = first_line_after_front_matter(lines)
    comment = 0
    while number < len(lines):
        line, number = lines[number], number + 1  # lines are counted from 1
        stripped = line.strip()
        if comment:
            if OPENING.match(stripped):
                yield Problem(number, f"a fence in the comment of line {comment}")
            if "-->" in line:
                comment = 0
            continue
        if not stripped:
            position.after_blank, position.in_paragraph = True, False
            continue
        indent = len(line) - len(line.lstrip(" "))
        if line[indent] == "\t":
            yield Problem(number, "a tab indents the line: use spaces")
        if position.after_blank or not position.in_paragraph:
            position.leave(indent)
        if opening := OPENING.match(stripped):
            position.leave(indent)
            found = list(read_fence(lines, number, indent, position.column, opening))
            yield from found
            if isinstance(found[-1], Fence):
                number = found[-1].end
            position.after_blank, position.in_paragraph = True, False
            continue
        yield from problems_of_prose(line, number, indent, position)
        if "<!--" in stripped and "-->" not in stripped.rpartition("<!--")[2]:
            comment = number
        if not indent and (heading := HEADING.fullmatch(line)):
            yield Heading(number, len(heading[1]), ATTRIBUTES.sub("", heading[2]))
            position = Position()
            continue
        enter(stripped, indent, position)
        position.after_blank = False
    if comment:
        yield Problem(comment, "the comment is never closed")


def first_line_after_front_matter(lines: list[str]) -> int:
    """Skip the settings that MkDocs reads from the top of a page."""
    if lines[0] == "---" and "---" in lines[1:]:
        return lines.index("---", 1) + 1
    return 0


def read_fence(
    lines: list[str], line: int, indent: int, column: int, opening: re.Match[str]
) -> Iterator[Fence | Problem]:
    """The fence that opens on this line (the next one is `lines[line]`), or why it is none."""
    marker, info = opening["marker"], opening["info"]
    if indent != column:
        yield Problem(line, f"a fence that stands in column {indent + 1}, not {column + 1}")
    if marker[0] == "`" and "`" in info:
        yield Problem(line, "code that looks like a fence: put the fence on a line of its own")
        return
    body: list[str] = []
    for number, text in enumerate(lines[line:], line + 1):
        stripped = text.strip()
        if text.rstrip() == " " * indent + marker:
            yield Fence(line, indent, marker, info.strip(), tuple(body))
            return
        if stripped and set(stripped) == {marker[0]} and len(stripped) >= len(marker):
            yield Problem(
                number, f"a closing fence that isn't like the opening one of line {line}: {marker}"
            )
            return
        if stripped and not text.startswith(" " * indent):
            yield Problem(
                number, f"text that leaves the fence of line {line}, which is {indent} columns in"
            )
            return
        body.append(text[indent:])
    yield Problem(line, f"the fence is never closed: {marker}")


def problems_of_prose(line: str, number: int, indent: int, position: Position) -> Iterator[Problem]:
    """What hides in a line outside every fence."""
    stripped = line.strip()
    if position.after_blank and indent >= position.column + TAB:
        yield Problem(number, "indented code: use a fence")
    if NESTED_OPENING.match(stripped):
        yield Problem(number, "a fence on the line of a quotation or list: give it its own line")
    if INCLUDE.match(line):
        yield Problem(number, "an include outside a titled block")
    if RAW_CODE.search(re.sub(r"`[^`]*`", "", line)):
        yield Problem(number, "code in HTML: use a fence")
    if position.in_paragraph and UNDERLINE.fullmatch(stripped):
        yield Problem(number, "a heading that is underlined: write it with #")


def enter(stripped: str, indent: int, position: Position) -> None:
    """Open what the line begins."""
    if ADMONITION_OR_TAB.match(stripped):
        position.containers.append(Container(indent + TAB, indent + TAB))
    elif LIST_ITEM.match(stripped) or FOOTNOTE.match(stripped):
        if not position.in_paragraph or position.containers:
            position.leave(indent)
            position.containers.append(Container(indent + 1, indent + TAB))
    else:
        position.in_paragraph = True
        return
    position.in_paragraph = False
