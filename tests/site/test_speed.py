"""How long a build takes, and how long who writes waits for a change to be seen.

What a build costs is demanded of the processor's time, which is the same whatever else the machine
does, or nearly. The time by the clock is that and the server's half a second until it looks; on a
machine that does other things at once, it is longer: so it is recorded, and bound widely.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.site.addresses import site_pages
from tests.site.building import UNPUBLISHED, build
from tests.waiting import eventually
from tutorial.ports import HOST, answers, free_port
from tutorial.processes import Processes
from tutorial.repository import ROOT

Record = Callable[[str, object], None]

BUILD, REBUILD = 5.0, 2.0

# How long the server waits until it looks at its files again, and for more to change.
UNTIL_SEEN = 0.6

# What other work on the same machine may cost.
ALLOWANCE = 6


def test_a_build_is_quick(tmp_path: Path, record_testsuite_property: Record) -> None:
    started, before = time.monotonic(), os.times()
    build(tmp_path / "site")
    seconds, after = time.monotonic() - started, os.times()
    record_testsuite_property("build of the site", f"{seconds:.1f} s")
    assert seconds < BUILD * ALLOWANCE
    used = after.children_user + after.children_system
    assert used - before.children_user - before.children_system < BUILD


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the site is made of, to change a page of."""
    folder = tmp_path / "tutorial"
    folder.mkdir()
    for name in ("docs", "src", "overrides"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    if (ROOT / "build" / "verify").is_dir():
        shutil.copytree(ROOT / "build" / "verify", folder / "build" / "verify")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    hooks = folder / "tutorial" / "site"
    hooks.mkdir(parents=True)
    shutil.copy(ROOT / "tutorial" / "site" / "hooks.py", hooks)
    return folder


@pytest.fixture
def serving(copy: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The address of the copy's site, as `tutorial serve` serves it, and its server."""
    address = f"{HOST}:{free_port()}"
    said: list[str] = []
    with Processes() as processes:
        server = processes.start(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address],
            cwd=copy,
            variables={**UNPUBLISHED, "NO_MKDOCS_2_WARNING": "1"},
            hear=said.append,
        )
        url = f"http://{address}"
        assert eventually(lambda: answers(url), within=BUILD * ALLOWANCE), "\n".join(said)
        yield url, psutil.Process(server.pid)


def processor_seconds(server: psutil.Process) -> float:
    """The time that the processor has spent on a server and all that it started."""
    times = [each.cpu_times() for each in (server, *server.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def write_more(file: Path, line: str) -> None:
    """Add a line to a file, below an empty one."""
    file.write_text(f"{file.read_text('utf-8')}\n{line}\n", "utf-8")


def test_a_change_is_soon_seen(
    copy: Path, serving: tuple[str, psutil.Process], record_testsuite_property: Record
) -> None:
    url, server = serving
    started, before = time.monotonic(), processor_seconds(server)
    write_more(copy / "docs" / "index.md", "A sentence that was not there.")
    assert eventually(
        lambda: "A sentence that was not there." in httpx.get(url, timeout=60).text,
        within=REBUILD * ALLOWANCE * 2,
    )
    seconds, used = time.monotonic() - started, processor_seconds(server) - before
    record_testsuite_property("rebuild while serving", f"{seconds:.1f} s")
    assert used < REBUILD - UNTIL_SEEN, f"{used:.1f} s of the processor's time"


def test_a_rebuild_gives_what_a_build_gives(
    copy: Path, serving: tuple[str, psutil.Process], site_folder: Path
) -> None:
    """What is kept from one build to the next are whole pages: links and all."""
    url, _ = serving
    write_more(copy / "docs" / "index.md", "A sentence that was not there.")
    assert eventually(lambda: "was not there" in httpx.get(url, timeout=60).text, within=30)
    changed = {"/", "/print/"}
    assert [
        address
        for address in set(site_pages(site_folder)) - changed
        if article_of(httpx.get(url + address, timeout=60).text)
        != article_of((site_folder / address[1:] / "index.html").read_text("utf-8"))
    ] == []
    kept = "/code/03-database-backend/project/views.py/"
    write_more(copy / "src" / "03-database-backend" / "project" / "views.py", "# another line")
    assert eventually(
        lambda: "another line" in httpx.get(f"{url}{kept}", timeout=60).text, within=30
    )


def article_of(html: str) -> str:
    return html.partition("<article")[2].partition("</article>")[0]
