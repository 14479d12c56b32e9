"""What a page leaves in a Docker engine is removed; a script stands in for `docker` here."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.verify.test_runs import console, file
from tutorial.proof.report import ChapterReport

Proof = Callable[..., ChapterReport]

DOCKER = """\
#!/bin/sh
echo "$COMPOSE_PROJECT_NAME $*" >> {log}
test "$2" != up
"""


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[list[str]]]:
    """The project's name and the arguments of each call of `docker`."""
    log = tmp_path / "asked"
    log.touch()
    program = tmp_path / "programs" / "docker"
    program.parent.mkdir()
    program.write_text(DOCKER.format(log=log), "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(program.parent), os.environ["PATH"]]))
    return lambda: [line.split() for line in log.read_text("utf-8").splitlines()]


def test_containers_are_removed_although_the_page_stops(
    proof: Proof, asked: Callable[[], list[list[str]]]
) -> None:
    page = file("docker-compose.yml", "services: {}\n", "yaml")
    report = proof(page + console("$ docker compose up", needs="docker"))
    assert [fault.sentence for fault in report.faults] == [
        "`docker compose up` ends with status 1, not 0"
    ]
    (up, down) = asked()
    assert up[1:] == ["compose", "up"]
    assert down[1:3] == ["compose", "down"]
    assert {"--volumes", "--remove-orphans"} < set(down)
    assert up[0] == down[0] != "todo", "a project of the page's own, not the user's"


def test_docker_is_left_alone_by_a_page_without_compose(
    proof: Proof, asked: Callable[[], list[list[str]]]
) -> None:
    assert proof(console("$ true")).faults == ()
    assert asked() == []
