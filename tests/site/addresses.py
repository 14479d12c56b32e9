"""Which pages the site has, told from what it is made of, before it is built."""

import functools
from pathlib import PurePosixPath

from tutorial.repository import ROOT
from tutorial.site.prepare import prepared_pages

NOWHERE = "/no/such/page/"


@functools.cache
def markdown_pages() -> list[PurePosixPath]:
    return sorted(path for path in prepared_pages(ROOT) if path.suffix == ".md")


def all_pages() -> list[str]:
    """The address of every page, and one where there is none."""
    return [*map(address, markdown_pages()), NOWHERE]


def prose_pages() -> list[str]:
    """Every page that people write, and one of each kind that is made from the code."""
    written = [address(path) for path in markdown_pages() if path.parts[0] != "code"]
    made = ["/code/", "/code/01-hello-world/", "/code/01-hello-world/project/views.py/"]
    changes = [address(path) for path in markdown_pages() if path.name == "changes.md"]
    return [*written, *made, *changes, NOWHERE]


def address(path: PurePosixPath) -> str:
    """The address of the page that a Markdown file becomes."""
    folder = path.parent if path.name == "index.md" else path.with_suffix("")
    return "/" if folder == PurePosixPath() else f"/{folder}/"
