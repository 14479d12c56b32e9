"""What a chapter claims: that its page leads from the snapshot before it to its own."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from tutorial.errors import TutorialError
from tutorial.proof.tree import Tree, digest, made, read_tree

NAME = re.compile(r"\d\d-[a-z0-9-]+")


@dataclass(frozen=True)
class Claim:
    """A chapter to be proven, by its name; `before` is the name of the one before it."""

    root: Path
    name: str
    before: str | None

    @property
    def page(self) -> str:
        """The page's path in the repository."""
        return f"docs/{self.name}.md"

    @property
    def snapshot(self) -> str:
        """The snapshot's path in the repository."""
        return f"src/{self.name}"

    def text(self) -> str:
        """The page's text; TutorialError if there is none that can be read."""
        try:
            return (self.root / self.page).read_bytes().decode()
        except OSError as error:
            raise TutorialError(f"{self.page} can't be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise TutorialError(f"{self.page} can't be read: it isn't UTF-8.") from None

    def start(self) -> Tree:
        """What the reader's folder holds when the page begins."""
        if self.before is None:
            return {}
        return made(read_tree(self.root / "src" / self.before))

    def inputs(self) -> str:
        """A digest of all that the page's proof depends on in the repository."""
        end = read_tree(self.root / self.snapshot)
        parts = [self.text(), digest(self.start()), digest(end)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def all_claims(root: Path) -> list[Claim]:
    """Every chapter that has a page or a snapshot, in order."""
    pages = {path.stem for path in root.glob("docs/*.md")}
    snapshots = {path.name for path in root.glob("src/*") if path.is_dir()}
    names = sorted(name for name in pages | snapshots if NAME.fullmatch(name))
    return [Claim(root, name, before) for name, before in zip(names, [None, *names], strict=False)]


def find_claim(asked: str, claims: list[Claim]) -> Claim:
    """The chapter that `2`, `02` or `02-todo-api` means."""
    for claim in claims:
        number = claim.name[:2]
        if asked in (claim.name, number, number.lstrip("0")):
            return claim
    names = ", ".join(claim.name for claim in claims)
    raise TutorialError(f"There is no chapter {asked!r}. The chapters are: {names}.")
