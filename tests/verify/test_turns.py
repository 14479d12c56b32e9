"""Pages that run side by side have a port one after the other, and leave nothing behind."""

import os
import socket
import tempfile
import threading
import time
from pathlib import Path

import pytest

from tutorial.proof.turns import PortError, reserved


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_one_has_a_port_at_a_time(port: int, temporary: Path) -> None:
    inside = 0
    most = 0

    def take() -> None:
        nonlocal inside, most
        for _ in range(3):
            with reserved(port):
                inside += 1
                most = max(most, inside)
                time.sleep(0.01)
                inside -= 1

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert list(temporary.iterdir()) == []


def test_a_port_that_another_program_has(port: int, temporary: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(PortError, match="taken already"),
        reserved(port),
    ):
        pass
    assert list(temporary.iterdir()) == []


def test_a_lock_that_a_killed_run_left_is_no_hindrance(port: int, temporary: Path) -> None:
    (temporary / f"tutorial-{os.getuid()}-port-{port}.lock").touch()
    with reserved(port):
        pass
    assert list(temporary.iterdir()) == []
