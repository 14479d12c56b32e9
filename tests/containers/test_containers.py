"""What needs a Docker engine: the root's compose file, and the programs beside this file.

tests/containers/run starts an engine and runs these tests on it.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tutorial.chapters import Chapter, all_chapters
from tutorial.pages.blocks import TerminalBlock
from tutorial.pages.page import parse_page
from tutorial.repository import ROOT
from tutorial.servers import SITE_PORT, chapter_port

BIN = Path(__file__).parent / "bin"
CHAPTERS = all_chapters()
PASSED = re.compile(r"\b(\d+ passed)\b")

Compose = Callable[..., str]

needs_engine = pytest.mark.skipif(
    "CONTAINERS_SH" not in os.environ,
    reason="needs an engine for containers: tests/containers/run starts one",
)


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
def compose(tmp_path: Path) -> Iterator[Compose]:
    """Compose with a copy of the root's file, and of the chapters', on the images that are built.

    Compose 1 refuses to extend a service that waits for another, so here the API doesn't wait.
    """
    for original in (ROOT / "docker-compose.yml", *ROOT.glob("src/*/docker-compose.yml")):
        name = "site" if original.parent == ROOT else original.parent.name
        text = original.read_text("utf-8").replace("build: .", f"image: tutorial-tests:{name}")
        text = re.sub(r"    depends_on:\n(?: {6}.+\n)+", "", text)
        copy = tmp_path / original.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, "utf-8")
    file = str(tmp_path / "docker-compose.yml")
    compose = partial(run, "docker", "compose", "-p", "tutorial-tests", "-f", file)
    yield compose
    compose("down", "--timeout", "5", "--volumes")


@needs_engine
def test_the_root_file_starts_the_site_and_each_chapter(compose: Compose) -> None:
    compose("up", "--detach", "db")
    until_ready = "until pg_isready --host 127.0.0.1 --quiet; do sleep 0.1; done"
    compose("exec", "-T", "db", "sh", "-c", until_ready)
    compose("up", "--detach")
    curl = ["curl", "-sf", "--retry", "20", "--retry-all-errors", "--retry-delay", "1"]
    assert "API Star from scratch" in run(*curl, f"http://localhost:{SITE_PORT}/")
    for chapter in CHAPTERS:
        address = f"http://localhost:{chapter_port(chapter)}/"
        assert run(*curl, address) == '{"message": "Welcome to API Star!"}'
        if chapter.has_database:
            assert run(*curl, f"{address}task/") == "[]"
