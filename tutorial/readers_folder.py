"""The folder that a reader types along in. It is read, and never written to."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tutorial.errors import TutorialError
from tutorial.forgiveness import is_ignored

# A larger file is none of the chapter's, and its tests don't need it.
LARGEST = 1_000_000


class FolderError(TutorialError):
    """There is nothing to check: a sentence, and what to do."""


@dataclass(frozen=True)
class ReadersFolder:
    """What the folder holds.

    `files` are those that the chapter has at some time, `others` the reader's own, without those
    that are too large; `ignored` are the names of what nobody looks at.
    """

    folder: Path
    files: dict[str, bytes]
    others: dict[str, Path]
    ignored: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that anybody looks at."""
        return not self.files and not self.others


def read_folder(folder: Path, paths: frozenset[str]) -> ReadersFolder:
    """Read the folder, FolderError if it can't be; `paths` are those of the chapter's files."""
    files: dict[str, bytes] = {}
    others: dict[str, Path] = {}
    ignored: set[str] = set()
    try:
        refuse_no_folder(folder)
        for path, place in walk(folder, "", ignored):
            if path in paths:
                files[path] = content(place)
            elif place.stat().st_size <= LARGEST:
                others[path] = place
    except PermissionError as error:
        raise FolderError(
            f"{error.filename or folder} can't be read: {error.strerror}. "
            "Allow yourself to read it, and check again."
        ) from None
    except OSError as error:
        raise FolderError(f"{error.filename or folder} can't be read: {error.strerror}.") from None
    return ReadersFolder(folder, files, others, tuple(sorted(ignored)))


def refuse_no_folder(folder: Path) -> None:
    """Say so if it isn't there, or is a file; OSError if nobody can tell."""
    try:
        is_folder = stat.S_ISDIR(folder.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        here = "" if folder.is_absolute() else f" You are in {Path.cwd()}."
        raise FolderError(f"{folder} isn't there. Is the path right?{here}") from None
    if not is_folder:
        raise FolderError(f"{folder} is a file. Give the folder that it is in: {folder.parent}")


def content(place: Path) -> bytes:
    """What a file holds."""
    return place.read_bytes()


def walk(folder: Path, above: str, ignored: set[str]) -> Iterator[tuple[str, Path]]:
    """Each file below the folder with its path; the names of what is passed over are added."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = f"{above}{entry.name}"
        if is_ignored(entry.name) or Path(entry.path, "pyvenv.cfg").is_file():
            ignored.add(entry.name)
        elif entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path), f"{path}/", ignored)
        elif entry.is_file():
            yield path, Path(entry.path)
