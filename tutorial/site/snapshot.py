"""A chapter as the site sees it: its page and the files of its snapshot."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

CHAPTER = re.compile(r"\d\d-[a-z0-9-]+")

# What running a chapter leaves behind.
LEFTOVERS = re.compile(r"__pycache__|\.venv|\.pytest_cache|.*\.(pyc|db|sqlite3?|log)|\.DS_Store")


@dataclass(frozen=True)
class SnapshotFile:
    """A file of a snapshot, by its path in the chapter's folder."""

    path: PurePosixPath
    data: bytes

    @property
    def text(self) -> str | None:
        """The file's text, or None for a picture and the like."""
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            return None

    @property
    def lines(self) -> int:
        return len((self.text or "").splitlines())

    @property
    def address(self) -> PurePosixPath:
        """The file's path on the site; names that start with a dot are not served by many hosts."""
        return PurePosixPath(*(re.sub(r"^\.", "dot-", part) for part in self.path.parts))


@dataclass(frozen=True)
class Snapshot:
    """A chapter: its name, such as `02-todo-api`, its page's title, and its snapshot's files."""

    name: str
    title: str
    files: tuple[SnapshotFile, ...]

    @property
    def page(self) -> PurePosixPath:
        return PurePosixPath(f"{self.name}.md")

    @property
    def code(self) -> PurePosixPath:
        """The folder of the chapter's code pages, in the docs."""
        return PurePosixPath("code", self.name)


def read_chapters(docs: Path, src: Path) -> list[Snapshot]:
    """Return the chapters that have a page, in the order in which they are read."""
    return [
        Snapshot(
            page.stem, heading(page.read_text("utf-8")), tuple(snapshot_files(src / page.stem))
        )
        for page in sorted(docs.glob("*.md"))
        if CHAPTER.fullmatch(page.stem)
    ]


def snapshot_files(folder: Path) -> Iterator[SnapshotFile]:
    """Yield the folder's files, folders before files as trees are drawn."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_file(), path.name)):
        if LEFTOVERS.fullmatch(path.name):
            continue
        if path.is_file():
            yield SnapshotFile(PurePosixPath(path.name), path.read_bytes())
        for below in snapshot_files(path):
            yield SnapshotFile(path.name / below.path, below.data)


def heading(markdown: str) -> str:
    """Return the text of a page's first heading."""
    found = re.search(r"^# +(.+?)(?: *\{[^}]*\})?$", markdown, re.MULTILINE)
    return found[1] if found else ""
