"""`tutorial serve`, as a user runs it: on ports of its own, to not meet a real one."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.waiting import eventually
from tutorial.chapters import all_chapters
from tutorial.ports import HOST, free_port, is_free
from tutorial.servers import chapter_port

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="written for POSIX signals")

TUTORIAL = Path(sys.executable).parent / "tutorial"


def all_ports(site: int) -> list[int]:
    return [site, *(chapter_port(chapter, site) for chapter in all_chapters())]


def choose_port() -> int:
    """A port for the site such that the chapters' ports are free too."""
    for _ in range(100):
        port = free_port()
        if all(is_free(other) for other in all_ports(port)):
            return port
    raise AssertionError("no free ports")


class Served:
    """A running `tutorial serve` and what it has said."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.process = subprocess.Popen(
            [TUTORIAL, "serve", "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.said += line

    def is_ready(self) -> bool:
        return "Ctrl-C stops them all" in self.said or self.process.poll() is not None

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        status = self.process.wait(20)
        self._reader.join(20)
        return status


@contextmanager
def served() -> Iterator[Served]:
    serving = Served(choose_port())
    try:
        assert eventually(serving.is_ready, within=120), serving.said
        assert serving.process.poll() is None, serving.said
        yield serving
    finally:
        serving.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    with served() as serving:
        yield serving


def test_it_says_where_each_answers(running: Served) -> None:
    for port in all_ports(running.port):
        assert f"http://{HOST}:{port}/" in running.said
        assert httpx.get(f"http://{HOST}:{port}/", timeout=20).status_code == 200
    assert "API Star" in httpx.get(f"http://{HOST}:{running.port}/", timeout=20).text


@pytest.mark.parametrize("chapter", [2, 3])
def test_a_task_is_made_read_and_deleted(running: Served, chapter: int) -> None:
    api = f"http://{HOST}:{all_ports(running.port)[chapter]}"
    task = httpx.post(f"{api}/task/", json={"definition": "Buy milk"}, timeout=20)
    assert task.status_code == 201
    at = api + task.headers["Location"]
    assert httpx.get(at, timeout=20).json() == task.json()
    assert httpx.delete(at, timeout=20).status_code == 204


def test_the_idle_connections_of_a_browser_keep_nobody_waiting(running: Served) -> None:
    port = all_ports(running.port)[1]
    with socket.create_connection((HOST, port)), socket.create_connection((HOST, port)):
        assert httpx.get(f"http://{HOST}:{port}/", timeout=20).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_it_is_asked_and_leaves_nothing(number: signal.Signals) -> None:
    with served() as serving:
        assert serving.end(number) == 0
        assert "Stopping." in serving.said
        assert "Traceback" not in serving.said
        assert all(is_free(port) for port in all_ports(serving.port))


def test_nothing_outlives_its_being_killed() -> None:
    with served() as serving:
        serving.process.kill()
        assert eventually(lambda: all(is_free(port) for port in all_ports(serving.port)))


def test_a_server_that_ends_is_named_and_the_others_stop() -> None:
    with served() as serving:
        listening = subprocess.run(
            ["pgrep", "-f", f"make_server.* {HOST} {all_ports(serving.port)[2]}$"],
            capture_output=True,
            text=True,
        )
        os.kill(int(listening.stdout.split()[0]), signal.SIGKILL)
        assert serving.process.wait(20) == 1
        assert eventually(lambda: "02-todo-api has stopped with status -9" in serving.said)
        assert all(is_free(port) for port in all_ports(serving.port))


def test_a_taken_port_is_said_before_anything_starts() -> None:
    port = choose_port()
    taken = all_ports(port)[3]
    with socket.create_server((HOST, taken)):
        done = subprocess.run(
            [TUTORIAL, "serve", "--port", str(port)], capture_output=True, text=True, timeout=20
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"Port {taken} is in use, and 03-database-backend needs it." in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
