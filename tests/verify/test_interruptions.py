"""A run that is broken off leaves no server, no folder and nothing half-written."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.verify.conftest import write
from tests.verify.test_runs import SERVER_PY, console, file
from tests.waiting import eventually

# Runs a command of `tutorial` on the made-up repository in the current folder.
RUN = """
import sys
from pathlib import Path
import tutorial.commands.update, tutorial.commands.verify
from tutorial.cli import app

if __name__ == "__main__":
    tutorial.commands.update.ROOT = tutorial.commands.verify.ROOT = Path.cwd()
    app(sys.argv[1:])
"""


@pytest.fixture
def repository(tmp_path: Path, port: int) -> Path:
    """A chapter whose page starts a server and then waits."""
    command = f"$ python -c 'import server; server.run({port})'"
    text = "## Step\n" + file("server.py", SERVER_PY, "python")
    text += console(command, "starting", "running", terminal="server", port=port)
    write(tmp_path, "docs/01-page.md", text + console("$ touch waiting; sleep 60"))
    write(tmp_path, "src/01-page/server.py", "old\n")
    write(tmp_path, "run.py", RUN)
    (tmp_path / "scratch").mkdir()
    return tmp_path


@contextmanager
def running(command: str, repository: Path) -> Iterator[subprocess.Popen[str]]:
    """The command, once its page waits."""
    scratch = repository / "scratch"
    process = subprocess.Popen(
        [sys.executable, repository / "run.py", command],
        cwd=repository,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert eventually(lambda: bool(list(scratch.glob("*/home/you/todo/waiting"))))
        yield process
    finally:
        process.kill()
        process.communicate()


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("command", ["verify", "update"])
@pytest.mark.parametrize("to_group", [True, False], ids=["group", "process"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_nothing(
    repository: Path, port: int, command: str, number: signal.Signals, to_group: bool
) -> None:
    page = (repository / "docs/01-page.md").read_text("utf-8")
    with running(command, repository) as process:
        assert answers(port)
        (os.killpg if to_group else os.kill)(process.pid, number)
        output, _ = process.communicate(timeout=40)
    if number != signal.SIGKILL:
        assert process.returncode == 130
        assert output.endswith("Stopped.\n")
        assert "Traceback" not in output
    assert eventually(lambda: not answers(port))
    assert eventually(lambda: not list((repository / "scratch").glob("tutorial-????????")))
    assert (repository / "docs/01-page.md").read_text("utf-8") == page
    assert (repository / "src/01-page/server.py").read_text("utf-8") == "old\n"
    assert sorted(path.name for path in repository.glob("src/01-page/*")) == ["server.py"]
