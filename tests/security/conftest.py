"""Each chapter behind gunicorn, as in its container."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.gunicorn import QUICKLY, gunicorn
from tutorial.chapters import all_chapters

CHAPTERS = [chapter.number for chapter in all_chapters()]


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where each chapter answers, by its number; with DEBUG on, which must not matter here."""
    if sys.platform == "win32":
        pytest.skip("gunicorn needs fork")
    with ExitStack() as stack:
        found = {}
        for chapter in all_chapters():
            settings = {"DEBUG": "true"}
            if chapter.has_database:
                file: Path = tmp_path_factory.mktemp(chapter.name) / "todo.db"
                settings["DATABASE_URL"] = f"sqlite:///{file.as_posix()}"
            found[chapter.number] = stack.enter_context(
                gunicorn(chapter, ask=QUICKLY, **settings)
            ).url
        yield found


@pytest.fixture(params=CHAPTERS)
def url(request: pytest.FixtureRequest, addresses: dict[str, str]) -> str:
    """One chapter's address after the other's."""
    return addresses[request.param]
