"""Lighthouse, a Chromium for it, and the site as its container serves it."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.building import build, hosted
from tests.waiting import eventually
from tutorial.folders import temporary_folder
from tutorial.ports import HOST, answers, free_port
from tutorial.processes import Processes
from tutorial.repository import CACHE
from tutorial.site.pictures import BROWSERS, OPTIONS, find_browser
from tutorial.suite import NOT_INSTALLED

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    build(folder)
    with hosted(folder) as address:
        yield address


@pytest.fixture(scope="session")
def browser_port() -> Iterator[int]:
    """The port on which a Chromium of this machine takes commands.

    Lighthouse could start one itself; killed, it would leave it behind.
    """
    program = find_browser()
    if program is None:
        pytest.skip(f"{NOT_INSTALLED}a browser; looked for {', '.join(BROWSERS)}")
    port = free_port()
    said: list[str] = []
    with temporary_folder() as profile, Processes() as processes:
        processes.start(
            [
                program,
                "--headless=new",
                f"--remote-debugging-port={port}",
                f"--user-data-dir={profile}",
                *OPTIONS,
                "about:blank",
            ],
            cwd=profile,
            variables=os.environ,
            hear=said.append,
        )
        version = f"http://{HOST}:{port}/json/version"
        assert eventually(lambda: answers(version)), "\n".join(said)
        yield port


@pytest.fixture(scope="session")
def lighthouse() -> Path:
    """The program, from npm, as package-lock.json has it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"{NOT_INSTALLED}npm, which Lighthouse comes from")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = CACHE / "lighthouse" / hashlib.sha256(lock).hexdigest()[:12]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Made aside and moved when complete: an interrupted run leaves nothing that looks whole.
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as aside:
            new = Path(aside) / folder.name
            new.mkdir()
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(HERE / name, new)
            installed = subprocess.run(
                [npm, "ci", "--ignore-scripts"],
                cwd=new,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=240,
            )
            assert installed.returncode == 0, installed.stdout
            new.rename(folder)
    return folder / "node_modules" / ".bin" / "lighthouse"
