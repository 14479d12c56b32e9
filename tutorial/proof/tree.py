"""A folder's files as a value: what a page builds, and what a snapshot holds."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

# What running a chapter leaves in its folder: no part of the chapter.
LEFTOVERS: Mapping[str, str] = {
    ".venv": "the virtual environment",
    "__pycache__": "compiled modules",
    "*.pyc": "compiled modules",
    ".pytest_cache": "what pytest remembers",
    "*.db": "a database in a file",
    ".env": "passwords",
    ".DS_Store": "a file manager's notes",
}

# The few files of a snapshot that no page makes.
UNMADE: Mapping[str, str] = {
    "README.md": "tells a visitor of the code host what the folder is; a reader has the page",
}

LONGEST_DETAIL = 40
LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class TreeFile:
    """A file's content, and whether it can be run."""

    content: bytes
    executable: bool = False

    @cached_property
    def digest(self) -> str:
        """The content's address."""
        return hashlib.sha256(self.content).hexdigest()


Tree = Mapping[str, TreeFile]


def read_tree(folder: Path) -> dict[str, TreeFile]:
    """The folder's files by their paths, without leftovers; empty if there is no such folder."""
    return dict(sorted(walk(folder, "")))


def walk(folder: Path, above: str) -> Iterator[tuple[str, TreeFile]]:
    """Each file below the folder, with its path."""
    if not folder.is_dir():
        return
    for entry in os.scandir(folder):
        if is_leftover(entry.name):
            continue
        path = f"{above}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path), f"{path}/")
        elif entry.is_file():
            executable = bool(entry.stat().st_mode & 0o100)
            yield path, TreeFile(Path(entry.path).read_bytes(), executable)


def is_leftover(name: str) -> bool:
    """Whether a file or folder of this name is no part of a chapter."""
    return any(fnmatch(name, pattern) for pattern in LEFTOVERS)


def made(tree: Tree) -> dict[str, TreeFile]:
    """The tree without the files that no page makes."""
    return {path: file for path, file in tree.items() if path not in UNMADE}


def unmade(tree: Tree) -> list[str]:
    """The tree's files that no page makes."""
    return [path for path in tree if path in UNMADE]


def digest(tree: Tree) -> str:
    """One address for the whole tree."""
    lines = [f"{path} {file.digest} {file.executable}" for path, file in sorted(tree.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """A file in which two trees differ: how, in words that follow its path, and a small diff."""

    path: str
    how: str
    detail: tuple[str, ...] = ()


def differences(built: Tree, snapshot: Tree) -> list[Difference]:
    """Where what was built isn't the snapshot, path by path."""
    found = []
    for path in sorted(built.keys() | snapshot.keys()):
        ours, theirs = built.get(path), snapshot.get(path)
        if ours is None:
            found.append(Difference(path, "is in the snapshot, but the page doesn't make it"))
        elif theirs is None:
            found.append(Difference(path, "is made by the page, but isn't in the snapshot"))
        elif ours.content != theirs.content:
            detail = tuple(content_diff(theirs.content, ours.content))
            found.append(Difference(path, "isn't as in the snapshot", detail))
        elif ours.executable != theirs.executable:
            can = "can be run" if ours.executable else "can't be run"
            found.append(Difference(path, f"{can} as the page makes it, unlike the snapshot's"))
    return found


def content_diff(snapshot: bytes, built: bytes) -> Iterator[str]:
    """A small diff from the one text to the other."""
    try:
        before, after = snapshot.decode(), built.decode()
    except UnicodeDecodeError:
        yield "the two are not text"
        return
    lines = unified_diff(LINE.findall(before), LINE.findall(after), "snapshot", "built", n=1)
    for number, line in enumerate(lines):
        if number == LONGEST_DETAIL:
            yield "(and more)"
            return
        yield line.rstrip("\n") + ("" if line.endswith("\n") else " (no newline at the end)")
