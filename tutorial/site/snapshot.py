"""A chapter as the site sees it: its page and the files of its snapshot."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tutorial.chapters import NAME
from tutorial.proof.tree import Tree, TreeFile, read_tree


@dataclass(frozen=True)
class SnapshotFile:
    """A file of a snapshot, by its path in the chapter's folder."""

    path: PurePosixPath
    data: bytes
    executable: bool = False

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
        """The file's path on the site."""
        return address_of(self.path)


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
    def source(self) -> PurePosixPath:
        """The snapshot's folder in the repository."""
        return PurePosixPath("src", self.name)

    @property
    def tree(self) -> Tree:
        """The snapshot's files as a tree."""
        return {str(file.path): TreeFile(file.data, file.executable) for file in self.files}

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
        if NAME.fullmatch(page.stem)
    ]


def snapshot_files(folder: Path) -> list[SnapshotFile]:
    """Return the folder's files, folders before files as trees are drawn."""
    files = [
        SnapshotFile(PurePosixPath(path), file.content, file.executable)
        for path, file in read_tree(folder).items()
    ]
    return sorted(files, key=lambda file: place(file.path))


def address_of(path: PurePosixPath) -> PurePosixPath:
    """Return a file's path on the site; names that start with a dot many hosts don't serve."""
    return PurePosixPath(*(re.sub(r"^\.", "dot-", part) for part in path.parts))


def place(path: PurePosixPath) -> list[tuple[bool, str]]:
    """Return what paths are sorted by where a tree is drawn: folders before files."""
    *folders, name = path.parts
    return [*((False, folder) for folder in folders), (True, name)]


def heading(markdown: str) -> str:
    """Return the text of a page's first heading."""
    found = re.search(r"^# +(.+?)(?: *\{[^}]*\})?$", markdown, re.MULTILINE)
    return found[1] if found else ""
