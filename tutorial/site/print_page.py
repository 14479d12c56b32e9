"""The whole tutorial on one page, to print or to read without a network.

It is Markdown made of the pages' own, before the build: headings move down a level, and get anchors
that say which page they come from; links between the pages become links within this one.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from markdown.extensions.toc import slugify, unique  # type: ignore[import-untyped]
from mkdocs.utils.meta import get_data

PRINT_PAGE = PurePosixPath("print.md")

FENCE = re.compile(r"\s*(`{3,}|~{3,})")
HEADING = re.compile(r"(?P<marks>#{1,6}) +(?P<text>.+?)(?: *\{ *#(?P<anchor>[\w-]+) *\})? *$")
LINK = re.compile(r"(?<=\]\()(?P<target>[^)\s]+)")

FRONT = """\
---
title: The whole tutorial on one page
description: All chapters of API Star from scratch with their exercises, glossary and errors, to print or to read without a network.
hide: [navigation, toc]
robots: noindex
search:
  exclude: true
---

# The whole tutorial on one page

Print it from your browser: the navigation is left out, what is folded is opened, and no code is cut off. Each part
begins on a new sheet.
"""  # noqa: E501 (a description is one line)


@dataclass(frozen=True)
class Section:
    """A heading of a page, with its anchor on the page itself and on the printable one."""

    level: int
    text: str
    anchor: str
    page: PurePosixPath

    @property
    def printed_anchor(self) -> str:
        name = page_anchor(self.page)
        return name if self.level == 1 else f"{name}--{self.anchor}"


def page_anchor(page: PurePosixPath) -> str:
    """Return where a page begins on the printable one, such as `exercises-01-hello-world`."""
    return "-".join(page.with_suffix("").parts)


def printed_order(pages: Mapping[PurePosixPath, str]) -> list[PurePosixPath]:
    """Return the pages that are printed: the first, each chapter and its exercises, the words."""
    order = [PurePosixPath("index.md")]
    for page in sorted(path for path in pages if re.fullmatch(r"\d\d-[\w-]+\.md", str(path))):
        order += [page, PurePosixPath("exercises") / page]
    order += [PurePosixPath("reference", name) for name in ("glossary.md", "errors.md")]
    return [page for page in order if page in pages]


def print_page(pages: Mapping[PurePosixPath, str]) -> str:
    """Return the printable page, made of the Markdown of the others."""
    texts = {page: get_data(pages[page])[0] for page in printed_order(pages)}
    sections = {page: list(sections_of(page, text)) for page, text in texts.items()}
    parts = [FRONT, contents(sections)]
    for page, text in texts.items():
        parts.append("\n".join(moved(page, text, sections)))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def prose(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line of a page, and whether it is prose: not of a fence."""
    closing = ""
    for line in text.splitlines():
        fence = FENCE.match(line)
        if closing:
            yield line, False
            if fence and line.strip() == fence[1] and fence[1].startswith(closing):
                closing = ""
        else:
            closing = fence[1] if fence else ""
            yield line, not fence


def sections_of(page: PurePosixPath, text: str) -> Iterator[Section]:
    """Yield the headings of a page, with the anchors that the site's generator gives them."""
    taken: set[str] = set()
    for line, is_prose in prose(text):
        if is_prose and (found := HEADING.match(line)):
            words = re.sub(r"[`*]", "", found["text"])
            anchor = found["anchor"] or unique(slugify(words, "-"), taken)
            taken.add(anchor)
            yield Section(len(found["marks"]), found["text"], anchor, page)


def contents(sections: Mapping[PurePosixPath, list[Section]]) -> str:
    """Return the table of contents: each page and the sections of it."""
    lines = [
        f"{'    ' * (section.level - 1)}- [{section.text}](#{section.printed_anchor})"
        for page in sections.values()
        for section in page
        if section.level <= (1 if section.page.parts[0] == "reference" else 2)
    ]
    return '<div class="print-contents" markdown>\n\n' + "\n".join(lines) + "\n\n</div>"


def moved(
    page: PurePosixPath, text: str, sections: Mapping[PurePosixPath, list[Section]]
) -> Iterator[str]:
    """Yield a page's lines as the printable page has them."""
    anchors = {
        (page, section.anchor): section.printed_anchor
        for page, found in sections.items()
        for section in found
    }
    headings = iter(sections[page])

    def move(link: re.Match[str]) -> str:
        target = urlsplit(link["target"])
        if target.scheme or target.netloc:
            return link["target"]
        path = page
        if target.path:
            path = PurePosixPath(posixpath.normpath(page.parent / target.path))
        if path not in sections:
            return f"{path}#{target.fragment}" if target.fragment else str(path)
        printed = anchors.get((path, target.fragment), page_anchor(path))
        return f"#{printed}"

    for line, is_prose in prose(text):
        if not is_prose:
            yield line
        elif HEADING.match(line):
            section = next(headings)
            marks = "#" * min(section.level + 1, 6)
            page_start = " .print-part" if section.level == 1 else ""
            yield f"{marks} {section.text} {{ #{section.printed_anchor}{page_start} }}"
        else:
            yield LINK.sub(move, line)
