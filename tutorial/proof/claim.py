"""What a page claims.

A chapter's claims that it leads from the snapshot before it to its own. Any other page that is run
claims that each of its sections is true for a reader who starts from a certain chapter's snapshot.
"""

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

from tutorial import environments
from tutorial.chapters import NAME, Chapter
from tutorial.errors import TutorialError
from tutorial.interpreters import Interpreter
from tutorial.pages.page import starts_from
from tutorial.proof.tree import Tree, digest, made, read_tree


@dataclass(frozen=True)
class Claim:
    """A page to be proven, by its name: `02-todo-api`, or `exercises/02-todo-api`.

    `before` is the name of the chapter before it. `starts_from` is the name of the chapter that
    each of its sections starts from; None if it is a chapter's own page.
    """

    root: Path
    name: str
    before: str | None = None
    starts_from: str | None = None

    @property
    def chapter(self) -> str:
        """The name of the chapter that the page belongs to."""
        return self.starts_from or self.name

    @property
    def page(self) -> str:
        """The page's path in the repository."""
        return f"docs/{self.name}.md"

    @property
    def snapshot(self) -> str:
        """The snapshot's path in the repository."""
        return f"src/{self.chapter}"

    def text(self) -> str:
        """The page's text; TutorialError if there is none that can be read."""
        try:
            return (self.root / self.page).read_bytes().decode()
        except OSError as error:
            raise TutorialError(f"{self.page} can't be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise TutorialError(f"{self.page} can't be read: it isn't UTF-8.") from None

    def start(self) -> Tree:
        """What the reader's folder holds when the page, or each of its sections, begins."""
        before = self.starts_from or self.before
        return made(read_tree(self.root / "src" / before)) if before else {}

    def environment(self, interpreter: Interpreter) -> Path | None:
        """The virtual environment that the page begins with, where it isn't the page's to make."""
        chapter = Chapter(self.root / self.snapshot)
        if self.starts_from is None or not chapter.requirements.is_file():
            return None
        return environments.prepare(chapter, interpreter, with_pip=True).folder

    def inputs(self) -> str:
        """A digest of what the page's proof depends on in the repository, its checker included."""
        end = read_tree(self.root / self.snapshot)
        parts = [self.text(), digest(self.start()), digest(end), of_the_checker()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@functools.cache
def of_the_checker() -> str:
    """A digest of the code that runs the pages, and judges them."""
    tutorial = Path(__file__).parents[1]
    patterns = (
        *("pages/*.py", "proof/*.py", "mutations.py", "normalisers.py"),
        *("environments.py", "interpreters.py"),
    )
    files = sorted(file for pattern in patterns for file in tutorial.glob(pattern))
    code = [file.read_bytes() for file in files]
    return hashlib.sha256(b"\0".join(code)).hexdigest()


def all_claims(root: Path) -> list[Claim]:
    """Every page that is to be proven: the chapters' in order, then the others."""
    return chapter_claims(root) + other_claims(root)


def other_claims(root: Path) -> list[Claim]:
    """Every page whose sections start from a chapter."""
    docs = root / "docs"
    pages = {
        path: starts_from(path.read_text("utf-8", errors="replace"))
        for path in sorted(docs.rglob("*.md"))
    }
    return [
        Claim(root, path.relative_to(docs).with_suffix("").as_posix(), starts_from=chapter)
        for path, chapter in pages.items()
        if chapter
    ]


def chapter_claims(root: Path) -> list[Claim]:
    """Every chapter that has a page or a snapshot, in order."""
    pages = {path.stem for path in root.glob("docs/*.md")}
    snapshots = {path.name for path in root.glob("src/*") if path.is_dir()}
    names = sorted(name for name in pages | snapshots if NAME.fullmatch(name))
    return [Claim(root, name, before) for name, before in zip(names, [None, *names], strict=False)]


def find_claim(asked: str, claims: list[Claim]) -> Claim:
    """The chapter that `2`, `02` or `02-todo-api` means, or the page `exercises/02-todo-api`."""
    for claim in claims:
        number = claim.name[:2] if claim.starts_from is None else ""
        if asked in (claim.name, *filter(None, (number, number.lstrip("0")))):
            return claim
    names = ", ".join(claim.name for claim in claims if claim.starts_from is None)
    raise TutorialError(f"There is no chapter {asked!r}. The chapters are: {names}.")


def with_pages_about(chosen: list[Claim], claims: list[Claim]) -> list[Claim]:
    """The chosen ones, and after them those whose sections start from one of them."""
    names = {claim.name for claim in chosen}
    return chosen + [each for each in claims if each.starts_from in names and each not in chosen]
