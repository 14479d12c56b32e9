"""Fixtures: the chapters' projects, on the engine that tests/containers/run has started."""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers.compose import Project, on_free_ports
from tutorial.chapters import Chapter, all_chapters
from tutorial.proof.tree import LEFTOVERS

CHAPTERS = all_chapters()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without an engine nothing here can run."""
    if "TUTORIAL_CONTAINERS" not in os.environ:
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.skip("needs what tests/containers/run starts"))


@pytest.fixture(scope="session", params=CHAPTERS, ids=lambda chapter: chapter.name)
def chapter(request: pytest.FixtureRequest) -> Chapter:
    """Each chapter in turn."""
    chosen: Chapter = request.param
    return chosen


@pytest.fixture(scope="session")
def password() -> str:
    """The database's password, which only the environment says."""
    return secrets.token_hex(16)


@pytest.fixture(scope="session")
def project(
    chapter: Chapter, password: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """The chapter as a reader has it, built by Compose and up."""
    folder = tmp_path_factory.mktemp("project") / chapter.name
    shutil.copytree(chapter.folder, folder, ignore=shutil.ignore_patterns(*LEFTOVERS))
    file = folder / "docker-compose.yml"
    file.write_text(on_free_ports(file.read_text("utf-8")), "utf-8")
    if chapter.has_database:
        (folder / ".env").write_text(f"POSTGRES_PASSWORD={password}\n", "utf-8")
    project = Project(folder, f"tutorial-tests-{chapter.number}-{secrets.token_hex(4)}")
    try:
        project.compose("up", "--build", "--detach")
        yield project
    finally:
        project.compose("down", "--timeout", "5", "--volumes", "--rmi", "local")
