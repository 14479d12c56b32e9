"""Which pages the site has."""

import functools
from pathlib import Path, PurePath, PurePosixPath

from tutorial.repository import ROOT
from tutorial.site.prepare import prepared_pages

NOWHERE = "/no/such/page/"

# What isn't written but made: from the code, and from what the verification found.
MADE = {"code", "changes"}

# Pages of steps are known only once there is a verification: the longest of each kind.
COMPARISON = "the longest comparison of a step"
VERSION = "the longest file after a step"


@functools.cache
def markdown_pages() -> list[PurePosixPath]:
    return sorted(path for path in prepared_pages(ROOT) if path.suffix == ".md")


def prose_pages() -> list[str]:
    """Every page that people write, one where there is none, and of those that are made some.

    Pages of a kind are made by one function and shown by one style sheet: what differs is their
    text. So of each kind there is one; of what has changes in it the longest, which has all that
    the others have. And each comparison of two chapters, which are longer still. The page to print
    is the others once more, and takes as long as all of them; it has tests of its own.
    """
    written = [
        address(path)
        for path in markdown_pages()
        if path.parts[0] not in MADE and path.name != "print.md"
    ]
    code = ["/code/", "/code/01-hello-world/", "/code/01-hello-world/project/views.py/"]
    chapters = [
        address(path)
        for path in markdown_pages()
        if path.parts[0] == "changes" and path.name == "index.md"
    ]
    return [*written, *code, *chapters, COMPARISON, VERSION, NOWHERE]


def found(page: str, site: Path) -> str:
    """The address that is meant by a page's address or, in words, by its kind."""
    if page not in (COMPARISON, VERSION):
        return page
    depth = len(PurePosixPath("changes/chapter/step").parts)
    paths = [path for path in site_pages(site) if path.startswith("/changes/")]
    of_kind = [
        path
        for path in paths
        if (len(PurePosixPath(path).parts) - 1 == depth) == (page == COMPARISON)
        and len(PurePosixPath(path).parts) - 1 >= depth
    ]
    return max(of_kind, key=lambda path: (site / path[1:] / "index.html").stat().st_size)


def site_pages(site: Path) -> list[str]:
    """The address of every page of a built site."""
    return [address(path.relative_to(site)) for path in sorted(site.rglob("index.html"))]


def address(path: PurePath) -> str:
    """The address of the page that a Markdown file becomes."""
    folder = path.parent if path.stem == "index" else path.with_suffix("")
    return "/" if not folder.parts else f"/{folder.as_posix()}/"
