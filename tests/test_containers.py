"""How the containers' tests find an engine, and the programs that stand between the two."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tutorial import engine as engines
from tutorial.chapters import Chapter, all_chapters
from tutorial.pages.blocks import TerminalBlock
from tutorial.pages.page import parse_page
from tutorial.proof import docker
from tutorial.repository import ROOT

BIN = ROOT / "tests" / "containers" / "bin"
CHAPTERS = all_chapters()
PASSED = re.compile(r"\b(\d+ passed)\b")


def run(*command: str, **variables: str) -> str:
    """Run a program, as the pages find it, and give what it prints."""
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    done = subprocess.run(
        command,
        env={**os.environ, "PATH": path, **variables},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def httpserver() -> Iterator[int]:
    """Answer on a port of this computer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"here")

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        yield server.server_port
        thread.join()


@pytest.fixture
def engine(tmp_path: Path) -> str:
    """A stand-in for an engine's script, with a container on port 8101: says what it is asked."""
    script = tmp_path / "containers.sh"
    cases = ("*publish=8101) echo a1b2c3 ;;", "*publish=*) ;;", '*) echo "$@" ;;')
    script.write_text("\n".join(["#!/bin/sh", 'case "$*" in', *cases, "esac", ""]), "utf-8")
    script.chmod(0o755)
    return str(script)


def test_curl_asks_inside_where_a_container_has_published_the_port(engine: str) -> None:
    asked = run("curl", "-s", "http://localhost:8101/", CONTAINERS_SH=engine)
    assert re.fullmatch(r"in-net /\S+/curl -s http://localhost:8101/\n", asked)


def test_curl_asks_the_computer_elsewhere(engine: str) -> None:
    with httpserver() as port:
        assert run("curl", "-s", f"http://localhost:{port}/", CONTAINERS_SH=engine) == "here"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("info", ["docker info"]),
        ("compose up --build", ["up --build"]),
        ("compose run --build --rm test", ["--profile test build", "run --rm test"]),
    ],
)
def test_docker_asks_the_engines_own(engine: str, asked: str, expected: list[str]) -> None:
    compose = "in-net env COMPOSE_DOCKER_CLI_BUILD=1 docker-compose "
    said = run("docker", *asked.split(), CONTAINERS_SH=engine).splitlines()
    assert [line.removeprefix(compose) for line in said] == expected


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_as_many_tests_pass_in_a_container_as_outside(chapter: Chapter) -> None:
    """Who changes a page without an engine must change this by hand: `update` can't know it."""
    path = f"docs/{chapter.name}.md"
    passed: dict[str | None, str] = {}
    for block in parse_page(path, (ROOT / path).read_text("utf-8")).blocks:
        if isinstance(block, TerminalBlock):
            for exchange in block.exchanges:
                if exchange.typed == "pytest -q" or "run --build" in exchange.typed:
                    passed.update(
                        (block.needs, said) for said in PASSED.findall(exchange.output[-1])
                    )
    assert passed["docker"] == passed[None], f"{path}: the block that needs Docker says another"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An administrator's machine without Docker, and where a script for containers would lie."""
    script = tmp_path / "containers.sh"
    monkeypatch.delenv(engines.SCRIPT, raising=False)
    monkeypatch.setattr(engines, "BESIDE", script)
    monkeypatch.setattr(docker, "why_not", lambda: "there is no Docker on this machine")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    return script


def test_dockers_engine_is_the_first_choice(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.touch()
    monkeypatch.setattr(docker, "why_not", lambda: None)
    assert engines.variables() == {}


def test_a_script_that_was_named_comes_before_docker(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker, "why_not", lambda: None)
    monkeypatch.setenv(engines.SCRIPT, "/somewhere/containers.sh")
    assert engines.variables() == {engines.SCRIPT: "/somewhere/containers.sh"}


def test_without_docker_a_script_beside_the_repository_is_taken(machine: Path) -> None:
    machine.touch()
    assert engines.variables() == {engines.SCRIPT: str(machine)}


def test_only_an_administrator_can_run_the_script(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.touch()
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(engines.NoEngineError, match=r"no Docker .*would need root"):
        engines.variables()


def test_where_there_is_neither_the_reason_is_said(machine: Path) -> None:
    with pytest.raises(engines.NoEngineError, match="there is no Docker on this machine"):
        engines.variables()
