"""What `tutorial serve` serves: the site and each chapter's API, each a program on a port."""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tutorial.chapters import Chapter
from tutorial.environments import Environment
from tutorial.ports import HOST
from tutorial.repository import ROOT

SITE_PORT = 8000

# Runs in the chapter's environment and folder. Werkzeug's server, which the chapter's own tests
# use too, is the one that runs on every system; without the debugger that `apistar run` switches
# on, and with a thread a connection, as a browser keeps idle ones open.
CHAPTER_SERVER = """
import sys
from werkzeug.serving import make_server
from app import wsgi
make_server(sys.argv[1], int(sys.argv[2]), wsgi, threaded=True).serve_forever()
"""


@dataclass(frozen=True)
class Server:
    """A program that serves HTTP on a port of this machine."""

    name: str
    port: int
    command: tuple[str | Path, ...]
    folder: Path
    variables: dict[str, str]

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}/"


def chapter_port(chapter: Chapter, site_port: int = SITE_PORT) -> int:
    """The port of a chapter's API: 8101 for chapter 01 beside a site on 8000."""
    return site_port + 100 + int(chapter.number)


def site_server(port: int, scratch: Path) -> Server:
    """MkDocs, which shows a changed page as soon as it is saved; it builds in `scratch`."""
    return Server(
        "site",
        port,
        (sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"{HOST}:{port}"),
        ROOT,
        {
            **os.environ,
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(scratch),
            "TEMP": str(scratch),
        },
    )


def chapter_server(chapter: Chapter, environment: Environment, port: int, data: Path) -> Server:
    """A chapter's API, from its own environment; a database is a file in the folder `data`."""
    settings = {"DATABASE_URL": database_url(chapter, data)} if chapter.has_database else {}
    return Server(
        chapter.name,
        port,
        (environment.python, "-c", CHAPTER_SERVER, HOST, str(port)),
        chapter.folder,
        environment.variables(**settings),
    )


def database_url(chapter: Chapter, data: Path) -> str:
    """An SQLite file for this chapter's tables: another file when the tables have changed."""
    models = (chapter.folder / "project" / "models.py").read_bytes()
    name = f"{chapter.name}-{hashlib.sha256(models).hexdigest()[:8]}.db"
    return f"sqlite:///{(data / name).as_posix()}"
