"""The docs as the site's generator reads them: the pages that people write, and those made here."""

import tempfile
from pathlib import Path, PurePosixPath

from tutorial.site.change_pages import change_pages
from tutorial.site.chapter_page import (
    with_description,
    with_sources,
    with_step_changes,
    with_verified,
    with_ways_on,
)
from tutorial.site.code_host import CodeHost
from tutorial.site.code_pages import Pages, code_pages
from tutorial.site.downloads import all_zips
from tutorial.site.print_page import PRINT_PAGE, print_page
from tutorial.site.snapshot import read_chapters
from tutorial.site.steps import read_steps
from tutorial.site.verified import verified

PREPARED = Path("build", "docs")
PREPARED_FOR_HOST = Path("build", "docs-for-host")


def prepare(root: Path, host: CodeHost | None = None) -> Path:
    """Bring the prepared docs of the tutorial at root up to date; return their folder.

    What has not changed is left alone, so that a server that watches the folder stays calm, and
    several builds may run at once. Pages that lead to a code host have a folder of their own.
    """
    folder = root / (PREPARED_FOR_HOST if host else PREPARED)
    pages = prepared_pages(root, host)
    for name, content in pages.items():
        data = content.encode() if isinstance(content, str) else content
        path = folder / name
        if not path.is_file() or path.read_bytes() != data:
            replace(path, data, aside=folder.parent)
    for path in list(folder.rglob("*")):
        if path.is_file() and PurePosixPath(path.relative_to(folder).as_posix()) not in pages:
            remove(path, folder)
    return folder


def replace(path: Path, data: bytes, aside: Path) -> None:
    """Write a file in one go: another build that reads it sees the old text or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="docs-", dir=aside) as folder:
        new = Path(folder) / path.name
        new.write_bytes(data)
        new.replace(path)


def remove(path: Path, folder: Path) -> None:
    """Remove a file, and the folders below the given one that it leaves empty."""
    path.unlink(missing_ok=True)
    for parent in path.parents:
        if parent == folder or any(parent.iterdir()):
            return
        parent.rmdir()


def prepared_pages(root: Path, host: CodeHost | None = None) -> Pages:
    """Return all that the site's generator reads, by path in the docs."""
    docs = root / "docs"
    pages: Pages = {
        PurePosixPath(path.relative_to(docs).as_posix()): path.read_bytes()
        for path in docs.rglob("*")
        if path.is_file()
    }
    chapters = read_chapters(docs, root / "src")
    following = dict(zip((chapter.page for chapter in chapters), chapters[1:], strict=False))
    sentences = verified(root)
    steps = read_steps(root, chapters)
    printed: dict[PurePosixPath, str] = {}
    for path, content in pages.items():
        if path.suffix != ".md" or not isinstance(content, bytes):
            continue
        page = content.decode()
        name = path.with_suffix("").as_posix()
        printed[path] = with_verified(page, sentences[name]) if name in sentences else page
        chapter = next((chapter for chapter in chapters if chapter.page == path), None)
        if chapter:
            page = with_step_changes(page, steps[chapter.name])  # before anything moves its lines
            page = with_sources(page, chapters, host)
        if path.with_suffix("").as_posix() in sentences:
            page = with_verified(page, sentences[path.with_suffix("").as_posix()])
        if chapter:
            exercises = PurePosixPath("exercises") / path
            page = with_ways_on(
                page, chapter, following.get(path), exercises if exercises in pages else None
            )
        pages[path] = with_description(page)
    pages[PRINT_PAGE] = print_page(printed)
    return (
        pages
        | code_pages(chapters, host)
        | change_pages(chapters, steps)
        | all_zips(chapters, steps)
    )
