"""A chapter's API, running for as long as somebody wants to look at it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tutorial import environments, interpreters, ports
from tutorial.chapters import Chapter
from tutorial.commands.serve import create_tables
from tutorial.errors import TutorialError
from tutorial.folders import temporary_folder
from tutorial.processes import Processes
from tutorial.servers import chapter_server

PATIENCE = 30.0


@contextmanager
def running(chapter: Chapter) -> Iterator[str]:
    """Serve the chapter's API, with an empty database if it has one; yield its address."""
    said: list[str] = []
    environment = environments.prepare(chapter, interpreters.current())
    with temporary_folder() as data, Processes() as processes:
        server = chapter_server(chapter, environment, ports.free_port(), data)
        if chapter.has_database:
            create_tables(server, environment, processes)
        process = processes.start(
            server.command, cwd=server.folder, variables=server.variables, hear=said.append
        )
        deadline = time.monotonic() + PATIENCE
        while not ports.answers(server.url):
            if process.status is not None or time.monotonic() > deadline:
                raise TutorialError(f"{chapter.name} doesn't answer:\n" + "\n".join(said))
            time.sleep(0.05)
        yield server.url
