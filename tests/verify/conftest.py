"""Small made-up tutorials, with commands that need no packages."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tutorial.interpreters import current
from tutorial.ports import free_port
from tutorial.proof.claim import Claim, all_claims
from tutorial.proof.report import ChapterReport
from tutorial.proof.run import Options
from tutorial.proof.verify import prove

Tutorial = Callable[..., Path]


@pytest.fixture
def options() -> Options:
    """How the made-up pages are run."""
    return Options(current(), timeout=60)


@pytest.fixture
def proof(tmp_path: Path, options: Options) -> Callable[..., ChapterReport]:
    """Prove a page that has one step with this text, against a snapshot with these files."""

    def prove_page(text: str, /, **files: str) -> ChapterReport:
        write(tmp_path, "docs/01-page.md", f"# Page\n\n## Step\n\n{text}")
        (tmp_path / "src/01-page").mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write(tmp_path, f"src/01-page/{name}", content)
        return prove(claims(tmp_path)[0], options)

    return prove_page


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    return free_port()


def write(root: Path, path: str, content: str) -> Path:
    """Write a file of a made-up repository."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, "utf-8")
    return target


def claims(root: Path) -> list[Claim]:
    """The made-up repository's chapters."""
    return all_claims(root)
