"""The chapters: folders under src/, each a snapshot that runs by itself."""

import re
from dataclasses import dataclass
from pathlib import Path

from tutorial.errors import TutorialError
from tutorial.repository import ROOT

NAME = re.compile(r"(\d\d)-[a-z0-9-]+")


@dataclass(frozen=True)
class Chapter:
    """A chapter's snapshot."""

    folder: Path

    @property
    def name(self) -> str:
        """As in `02-todo-api`."""
        return self.folder.name

    @property
    def number(self) -> str:
        """As in `02`."""
        return self.name[:2]

    @property
    def requirements(self) -> Path:
        """The file that pins every package that the chapter uses."""
        return self.folder / "requirements.txt"

    @property
    def has_database(self) -> bool:
        """Whether the chapter keeps its data in a database."""
        return (
            re.search(r"^sqlalchemy==", self.requirements.read_text("utf-8"), re.I | re.M)
            is not None
        )


def all_chapters(root: Path = ROOT) -> list[Chapter]:
    """Every chapter, in order."""
    folders = sorted(path for path in (root / "src").iterdir() if NAME.fullmatch(path.name))
    return [Chapter(folder) for folder in folders if (folder / "requirements.txt").is_file()]


def find_chapter(asked: str, root: Path = ROOT) -> Chapter:
    """The chapter that `2`, `02` or `02-todo-api` means."""
    chapters = all_chapters(root)
    for chapter in chapters:
        if asked in (chapter.name, chapter.number, chapter.number.lstrip("0")):
            return chapter
    names = ", ".join(chapter.name for chapter in chapters)
    raise TutorialError(f"There is no chapter {asked!r}. The chapters are: {names}.")
