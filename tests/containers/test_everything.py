"""The root's compose file: the site, each chapter's API and the database, all at once."""

import json
import re
import secrets
from collections.abc import Iterator

import pytest

from tests.containers.compose import Project, on_free_ports
from tests.containers.conftest import CHAPTERS
from tutorial.repository import ROOT

SITE_PORT = 8000


@pytest.fixture(scope="module")
def everything(password: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A copy of the file, and of the chapters' that it extends, on the images that are built.

    Compose 1 refuses to extend a service that waits for another, so here the API doesn't wait.
    """
    folder = tmp_path_factory.mktemp("everything")
    for original in (ROOT / "docker-compose.yml", *ROOT.glob("src/*/docker-compose.yml")):
        name = "site" if original.parent == ROOT else original.parent.name
        text = original.read_text("utf-8").replace("build: .", f"image: tutorial-tests:{name}")
        text = re.sub(r"    depends_on:\n(?: {6}.+\n)+", "", on_free_ports(text))
        copy = folder / original.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, "utf-8")
    (folder / ".env").write_text(f"POSTGRES_PASSWORD={password}\n", "utf-8")
    project = Project(folder, f"tutorial-tests-{secrets.token_hex(4)}")
    try:
        project.compose("up", "--detach", "db")
        assert project.becomes("db", "healthy")
        project.compose("up", "--detach")
        yield project
    finally:
        project.compose("down", "--timeout", "5", "--volumes")


def test_the_site_is_served(everything: Project) -> None:
    assert "API Star from scratch" in everything.ask("site", "/", port=SITE_PORT)


def test_each_chapter_answers(everything: Project) -> None:
    for chapter in CHAPTERS:
        service = chapter.name.partition("-")[2]
        welcome = json.loads(everything.ask(service, "/"))
        assert welcome == {"message": "Welcome to API Star!"}
        if chapter.has_database:
            assert everything.ask(service, "/task/") == "[]"


def test_the_site_is_confined_as_the_chapters_are(everything: Project) -> None:
    statuses = everything.inside("site", "sh", "-c", "cat /proc/[0-9]*/status")
    assert set(re.findall(r"^Uid:\t(\d+)", statuses, re.M)) == {"65534"}
    assert set(re.findall(r"^Cap\w+:\t(\w+)$", statuses, re.M)) == {"0" * 16}
    assert "Read-only file system" in everything.inside("site", "sh", "-c", "! touch /site/x 2>&1")


def test_the_site_becomes_healthy(everything: Project) -> None:
    assert everything.becomes("site", "healthy")
