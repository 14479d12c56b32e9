"""Which pages the site has, told from what it is made of, before it is built."""

import functools
from collections.abc import Iterable
from pathlib import PurePosixPath

from tutorial.repository import ROOT
from tutorial.site.prepare import prepared_pages

NOWHERE = "/no/such/page/"

# What isn't written but made: from the code, and from what the verification found.
MADE = {"code", "changes"}

# How many parts the path of a step's page has.
STEP = 3


@functools.cache
def markdown_pages() -> list[PurePosixPath]:
    return sorted(path for path in prepared_pages(ROOT) if path.suffix == ".md")


def all_pages() -> list[str]:
    """The address of every page, and one where there is none."""
    return [*map(address, markdown_pages()), NOWHERE]


def prose_pages() -> list[str]:
    """Every page that people write, and one of each kind that is made from the code.

    Those of a kind are made by one function and shown by one style sheet: what differs is their
    text. Of the comparisons of steps it is the longest, which has all that the others have.
    """
    written = [address(path) for path in markdown_pages() if path.parts[0] not in MADE]
    made = ["/code/", "/code/01-hello-world/", "/code/01-hello-world/project/views.py/"]
    changes = [path for path in markdown_pages() if path.parts[0] == "changes"]
    kinds = [
        [path for path in changes if path.name == "index.md"],  # the overview, and of chapters
        longest(path for path in changes if len(path.parts) == STEP and path.name != "index.md"),
        longest(path for path in changes if len(path.parts) > STEP),
    ]
    return [*written, *made, *(address(path) for kind in kinds for path in kind), NOWHERE]


def longest(paths: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    pages = prepared_pages(ROOT)
    return sorted(paths, key=lambda path: len(pages[path]))[-1:]


def address(path: PurePosixPath) -> str:
    """The address of the page that a Markdown file becomes."""
    folder = path.parent if path.name == "index.md" else path.with_suffix("")
    return "/" if folder == PurePosixPath() else f"/{folder}/"
