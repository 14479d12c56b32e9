"""Builds of the site, and a server for them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import eventually
from tutorial.ports import HOST, answers, free_port
from tutorial.processes import Processes
from tutorial.repository import ROOT
from tutorial.site import hosting
from tutorial.site.hosting import compress

PATIENCE = 120

# Where the site could be published, and its code.
ADDRESS = "https://example.org/tutorial/"
CODE_ADDRESS = "https://github.com/example/tutorial"  # of whose kind the theme asks for stars

UNPUBLISHED = {**os.environ, "SITE_URL": "", "REPO_URL": ""}


def build(folder: Path, **variables: str) -> None:
    """Build the site into a folder with MkDocs; a warning is an error.

    SITE_URL and REPO_URL decide what a build says of where it is published: those of who runs the
    tests are not taken over.
    """
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env={**UNPUBLISHED, "NO_MKDOCS_2_WARNING": "1", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
    )
    assert built.returncode == 0, built.stdout


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """Serve a built site as its container does; yield its address, with no slash at its end."""
    compress(folder)
    address = f"{HOST}:{free_port()}"
    said: list[str] = []
    with Processes() as processes:
        processes.start(
            [sys.executable, hosting.__file__, folder, address],
            cwd=folder,
            variables=os.environ,
            hear=said.append,
        )
        assert eventually(lambda: answers(f"http://{address}/"), within=30), "\n".join(said)
        yield f"http://{address}"
