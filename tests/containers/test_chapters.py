"""Each chapter's compose file: what is up answers, is confined, tells the truth and stops."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import pytest

from tests.containers.compose import Project, run
from tests.containers.conftest import CHAPTERS
from tests.waiting import eventually
from tutorial.chapters import Chapter

Record = Callable[[str, object], None]

# How long a server may take to stop, in seconds.
PATIENCE = 2.0

# A client that keeps one connection open and in use, until the server ends it.
CLIENT = """
from http.client import HTTPConnection
from pathlib import Path
from time import sleep
connection = HTTPConnection("127.0.0.1", 8080)
while True:
    connection.request("GET", "/")
    connection.getresponse().read()
    Path("/tmp/connected").touch()
    sleep(0.5)
"""

with_database = pytest.mark.parametrize(
    "chapter",
    [chapter for chapter in CHAPTERS if chapter.has_database],
    ids=lambda chapter: chapter.name,
    indirect=True,
)

# Sends the server's processes a signal: those that were started as gunicorn.
SIGNAL = """
import os, signal, sys
from pathlib import Path
for folder in Path("/proc").glob("[0-9]*"):
    if b"gunicorn\\0--bind" in (folder / "cmdline").read_bytes():
        os.kill(int(folder.name), signal.Signals[sys.argv[1]])
"""


def services(chapter: Chapter) -> list[str]:
    """What is up."""
    return ["api", "db"] if chapter.has_database else ["api"]


def test_it_answers(project: Project) -> None:
    assert project.ask("api", "/") == '{"message": "Welcome to API Star!"}'


def test_each_process_is_without_rights(chapter: Chapter, project: Project) -> None:
    for service in services(chapter):
        statuses = project.inside(service, "sh", "-c", "cat /proc/[0-9]*/status")
        users = re.findall(r"^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)$", statuses, re.M)
        assert len(users) > 2  # the first process, the server, the one that looks
        assert "0" not in {user for ids in users for user in ids}
        capabilities = re.findall(r"^Cap(?:Inh|Prm|Eff|Bnd|Amb):\t(\w+)$", statuses, re.M)
        assert len(capabilities) == 5 * len(users)
        assert set(capabilities) == {"0" * 16}
        assert re.findall(r"^NoNewPrivs:\t(\d)$", statuses, re.M) == ["1"] * len(users)


def test_the_file_system_is_read_only(chapter: Chapter, project: Project) -> None:
    for service in services(chapter):
        for folder in ("/", "/etc", "/usr/local/bin", "/home", "/app" if service == "api" else "/"):
            wish = f"! touch {folder}/new 2>&1"
            assert "Read-only file system" in project.inside(service, "sh", "-c", wish), folder
        project.inside(service, "sh", "-c", "touch /tmp/new && rm /tmp/new")


def test_its_health_is_the_servers(project: Project) -> None:
    assert project.becomes("api", "healthy")
    with stopped_processes(project):
        assert project.becomes("api", "unhealthy")
    assert project.becomes("api", "healthy")


@contextmanager
def stopped_processes(project: Project) -> Iterator[None]:
    """The server's processes don't get a turn."""
    project.inside("api", "python", "-c", SIGNAL, "SIGSTOP")
    try:
        yield
    finally:
        project.inside("api", "python", "-c", SIGNAL, "SIGCONT")


@with_database
def test_its_health_is_the_databases_too(project: Project) -> None:
    assert project.becomes("api", "healthy")
    project.compose("stop", "db")
    assert project.becomes("api", "unhealthy")
    project.compose("start", "db")
    assert project.becomes("api", "healthy")
    assert project.ask("api", "/task/") == "[]"


def test_its_tests_pass_inside(project: Project) -> None:
    said = project.compose("run", "--build", "--rm", "-T", "test")
    assert re.search(r"=== \d+ passed in ", said), said


@with_database
def test_its_tests_pass_inside_on_postgresql(project: Project) -> None:
    project.compose("exec", "-T", "db", "createdb", "--username", "todo", "test")
    database = "TEST_DATABASE_URL=postgresql+psycopg2://todo@db/test"
    said = project.compose("run", "--build", "--rm", "-T", "-e", database, "test")
    assert re.search(r"=== \d+ passed in ", said), said


@with_database
def test_data_outlive_the_containers(project: Project) -> None:
    task = project.ask("api", "/task/", "--json", '{"definition": "Buy milk"}')
    before = project.container("db")
    project.compose("down", "--timeout", "5")
    project.compose("up", "--detach")
    assert project.container("db") != before
    assert json.loads(project.ask("api", "/task/")) == [json.loads(task)]


@pytest.mark.parametrize("when", ["idle", "with a client", "starting"])
def test_it_stops_at_once(
    when: str, chapter: Chapter, project: Project, record_testsuite_property: Record
) -> None:
    """The signal reaches the server, which ends by itself: with no status of a killed process.

    Measured is the middle one of three, since the machine may have other things to do.
    """
    took = []
    for _ in range(3):
        project.compose("up", "--detach")
        if when != "starting":
            project.ask("api", "/")
        if when == "with a client":
            run("docker", "exec", "--detach", project.container("api"), "python", "-c", CLIENT)
            assert eventually(lambda: "connected" in project.inside("api", "ls", "/tmp"))
        container = project.container("api")
        started = time.monotonic()
        run("docker", "stop", container)
        took.append(time.monotonic() - started)
        status = run("docker", "inspect", "--format", "{{.State.ExitCode}}", container)
        assert status.strip() in ("0", "143"), f"ended with status {status}"
    record_testsuite_property(
        f"{chapter.name} stops, {when}", ", ".join(f"{seconds:.1f} s" for seconds in took)
    )
    assert median(took) < PATIENCE
    project.compose("up", "--detach")
