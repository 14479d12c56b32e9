"""What the tooling starts ends with it: asked, killed, or left behind by a SIGKILL."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import eventually
from tutorial.folders import temporary_folder
from tutorial.processes import Processes, Stopped
from tutorial.signals import stop_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="written for POSIX signals")

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("on", flush=True)
time.sleep(60)
"""
WITH_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(float(sys.argv[1]))
"""


@pytest.fixture
def processes() -> Iterator[Processes]:
    with Processes() as processes:
        yield processes


def runs(process: int) -> bool:
    """Whether a process with this id exists, and is no zombie that nobody has asked after yet."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")


def run(processes: Processes, program: str, *arguments: str) -> tuple[int, list[str]]:
    heard: list[str] = []
    status = processes.run(
        [sys.executable, "-c", program, *arguments],
        cwd=Path("/"),
        variables=os.environ,
        hear=heard.append,
    )
    return status, heard


def test_a_program_is_heard_line_by_line_and_gives_its_status(processes: Processes) -> None:
    program = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    status, heard = run(processes, program)
    assert status == 3
    assert sorted(heard) == ["err", "out"]


def test_what_is_not_utf_8_is_heard_all_the_same(processes: Processes) -> None:
    _, heard = run(processes, r"import os; os.write(1, b'\xff caf\xc3\xa9\n')")
    assert heard == ["� café"]


def test_a_child_that_a_program_leaves_behind_ends_with_it(processes: Processes) -> None:
    _, heard = run(processes, WITH_CHILD, "0")
    assert not runs(int(heard[0]))


def test_a_program_that_takes_too_long_is_ended(processes: Processes) -> None:
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        processes.run(
            [sys.executable, "-c", "import time; time.sleep(60)"],
            cwd=Path("/"),
            variables=os.environ,
            hear=print,
            limit=0.3,
        )
    assert time.monotonic() - started < 10


def test_one_that_ignores_being_asked_is_killed(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutorial.processes.GRACE", 0.3)
    heard: list[str] = []
    process = processes.start(
        [sys.executable, "-c", STUBBORN], cwd=Path("/"), variables=os.environ, hear=heard.append
    )
    assert eventually(lambda: heard == ["on"])
    process.stop()
    assert process.status == -signal.SIGKILL


def test_ctrl_c_ends_a_run_at_once(processes: Processes) -> None:
    heard: list[str] = []

    def press(line: str) -> None:
        heard.append(line)
        os.kill(os.getpid(), signal.SIGINT)

    with stop_signals(), pytest.raises(KeyboardInterrupt):
        processes.run(
            [
                sys.executable,
                "-c",
                "import os, time; print(os.getpid(), flush=True); time.sleep(60)",
            ],
            cwd=Path("/"),
            variables=os.environ,
            hear=press,
        )
    assert not runs(int(heard[0]))


def test_stopping_from_another_thread_ends_a_run_and_refuses_the_next(
    processes: Processes,
) -> None:
    threading.Timer(0.3, processes.stop).start()
    with pytest.raises(Stopped):
        run(processes, "import time; time.sleep(60)")
    with pytest.raises(Stopped):
        run(processes, "pass")


def test_nothing_outlives_a_sigkill(tmp_path: Path) -> None:
    program = f"""
import os, sys, time
from pathlib import Path
from tutorial.folders import temporary_folder
from tutorial.processes import Processes
with temporary_folder() as folder, Processes() as processes:
    (folder / "file").touch()
    def hear(line):
        print(line, folder, flush=True)
    processes.run(
        [sys.executable, "-c", {WITH_CHILD!r}, "60"],
        cwd=Path("/"), variables=os.environ, hear=hear,
    )
"""
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    grandchild, folder = parent.stdout.readline().split()
    assert runs(int(grandchild))
    assert Path(folder).is_dir()
    parent.kill()
    parent.communicate()
    assert eventually(lambda: not runs(int(grandchild)))
    assert eventually(lambda: not Path(folder).exists())


def test_a_temporary_folder_goes_with_its_block() -> None:
    with temporary_folder() as folder:
        (folder / "file").touch()
    assert not folder.exists()
