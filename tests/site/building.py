"""Builds of the site, and a server for them."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waitress.server import create_server

from tutorial.ports import HOST, free_port
from tutorial.repository import ROOT
from tutorial.site.hosting import compress, site_application

PATIENCE = 120


def build(folder: Path, **variables: str) -> None:
    """Build the site into a folder with MkDocs; a warning is an error.

    SITE_URL decides what a build says of its own address: the one of who runs the tests is not
    taken over.
    """
    environment = {name: value for name, value in os.environ.items() if name != "SITE_URL"}
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env={**environment, "NO_MKDOCS_2_WARNING": "1", **variables},
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
    port = free_port()
    server = create_server(site_application(folder), host=HOST, port=port)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://{HOST}:{port}"
    finally:
        server.close()
        thread.join(timeout=10)
        assert not thread.is_alive()
