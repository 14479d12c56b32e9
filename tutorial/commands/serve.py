"""`tutorial serve`: the site, and every chapter's API beside it."""

import time
from typing import Annotated

import typer
from rich.console import Console

from tutorial import environments, interpreters, ports, servers
from tutorial.chapters import Chapter, all_chapters
from tutorial.console import Speakers, make_console
from tutorial.environments import Environment
from tutorial.errors import TutorialError
from tutorial.folders import temporary_folder
from tutorial.processes import Process, Processes
from tutorial.repository import CACHE
from tutorial.servers import Server
from tutorial.signals import stop_signals

# A first build of the site on a slow machine is well within this.
PATIENCE = 120.0


def serve(
    port: Annotated[
        int,
        typer.Option(min=1024, max=65000, help="The site's port; chapter 01 is 101 above it."),
    ] = servers.SITE_PORT,
) -> None:
    """Serve the site and each chapter's API until Ctrl-C."""
    console = make_console()
    chapters = all_chapters()
    wanted = {port: "the site"}
    wanted |= {servers.chapter_port(chapter, port): chapter.name for chapter in chapters}
    refuse_taken_ports(wanted)
    try:
        with stop_signals(), temporary_folder() as scratch, Processes() as processes:
            try:
                programs = [servers.site_server(port, scratch)]
                for chapter in chapters:
                    programs.append(prepare(chapter, port, processes, console))
                run(programs, processes, console)
            except KeyboardInterrupt:
                console.print("\nStopping.")
    finally:
        console.show_cursor()


def refuse_taken_ports(wanted: dict[int, str]) -> None:
    """Say which ports are taken, before anything is started."""
    taken = [port for port in wanted if not ports.is_free(port)]
    if taken:
        lines = [f"Port {port} is in use, and {wanted[port]} needs it." for port in taken]
        lines.append(
            "Stop the program that uses it, or choose other ports: "
            "`make serve PORT=9000` or `tutorial serve --port 9000`."
        )
        raise TutorialError("\n".join(lines))


def prepare(chapter: Chapter, site_port: int, processes: Processes, console: Console) -> Server:
    """Make what the chapter's server needs: its environment, and its tables if it has any."""
    with console.status(f"Preparing {chapter.name}"):
        environment = environments.prepare(chapter, interpreters.current())
        data = CACHE / "databases"
        data.mkdir(parents=True, exist_ok=True)
        port = servers.chapter_port(chapter, site_port)
        server = servers.chapter_server(chapter, environment, port, data)
        if chapter.has_database:
            create_tables(server, environment, processes)
    console.print(f"Prepared {chapter.name}.")
    return server


def create_tables(server: Server, environment: Environment, processes: Processes) -> None:
    """Run the chapter's own command; tables that are there stay as they are."""
    said: list[str] = []
    status = processes.run(
        [environment.bin / "apistar", "create_tables"],
        cwd=server.folder,
        variables=server.variables,
        hear=said.append,
    )
    if status != 0:
        raise TutorialError(
            f"{server.name}: `apistar create_tables` failed:\n" + "\n".join(said).strip()
        )


def run(programs: list[Server], processes: Processes, console: Console) -> None:
    """Start the servers, print their addresses once they answer, and wait until one ends."""
    speakers = Speakers(console, max(len(server.name) for server in programs))
    running: list[tuple[Server, Process]] = []
    for server in programs:
        process = processes.start(
            server.command,
            cwd=server.folder,
            variables=server.variables,
            hear=speakers.speaker(server.name),
        )
        running.append((server, process))
    with console.status("Starting"):
        wait_for_answers(running)
    console.print()
    for server, _ in running:
        console.print(f"{server.name:<22} {server.url}", style="bold", soft_wrap=True)
    console.print(
        "\nEach API has its interactive documentation at /docs/. Ctrl-C stops them all.\n"
    )
    while True:
        refuse_ended(running)
        time.sleep(0.2)


def wait_for_answers(running: list[tuple[Server, Process]]) -> None:
    """Return once every server answers; say so if one ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    waiting = list(running)
    while waiting:
        refuse_ended(running)
        waiting = [
            (server, process) for server, process in waiting if not ports.answers(server.url)
        ]
        if time.monotonic() > deadline:
            names = ", ".join(server.name for server, _ in waiting)
            raise TutorialError(f"No answer after {PATIENCE:.0f} seconds from: {names}.")
        time.sleep(0.1)


def refuse_ended(running: list[tuple[Server, Process]]) -> None:
    """Say so if a server has ended; the others are of no use without it."""
    for server, process in running:
        if process.status is not None:
            process.wait()
            raise TutorialError(
                f"{server.name} has stopped with status {process.status}; "
                "what it said is above. The others are stopped too."
            )
