"""A child that clears up after its parent, however the parent ended: SIGKILL included.

The parent tells it through a pipe what there is to clear: process groups to end and folders to
remove. When the pipe closes, the parent is gone, and the watchdog ends and removes what is left.
Run as a program (`python -m tutorial.watchdog`) it is the child.
"""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

# How long a process group has to end by itself before it is killed.
GRACE = 5.0


class Watchdog:
    """The parent's end of the pipe; starts the child when there is something to watch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None

    def watch_group(self, group: int, ask: int = signal.SIGTERM) -> None:
        """End this process group if the parent goes; `ask` is the signal that it ends well on."""
        self._tell("watch", "group", group, ask)

    def forget_group(self, group: int) -> None:
        """The process group has ended."""
        self._tell("forget", "group", group)

    def watch_folder(self, folder: Path) -> None:
        """Remove this folder, after the groups have ended, if the parent goes."""
        self._tell("watch", "folder", str(folder))

    def forget_folder(self, folder: Path) -> None:
        """The folder has been removed."""
        self._tell("forget", "folder", str(folder))

    def close(self) -> None:
        """Let the child end; what it still watches is cleared."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.communicate()

    def _tell(self, *order: str | int) -> None:
        with self._lock:
            if self._child is None or self._child.poll() is not None:
                self._child = self._start()
            assert self._child.stdin is not None
            self._child.stdin.write(json.dumps(order) + "\n")
            self._child.stdin.flush()

    def _start(self) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "tutorial.watchdog"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=os.path.abspath(os.sep),
            # In a session of its own: a Ctrl-C meant for the parent doesn't reach it.
            start_new_session=True,
        )
        atexit.register(self.close)
        return child


watchdog = Watchdog()


def follow(orders: IO[str]) -> None:
    """The child: remember what is told until the pipe closes, then clear it."""
    groups: dict[int, int] = {}
    folders: set[str] = set()
    for line in orders:
        match json.loads(line):
            case ["watch", "group", int(group), int(ask)]:
                groups[group] = ask
            case ["forget", "group", int(group)]:
                groups.pop(group, None)
            case ["watch", "folder", str(folder)]:
                folders.add(folder)
            case ["forget", "folder", str(folder)]:
                folders.discard(folder)
    end_groups(groups, GRACE)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def end_group(group: int, ask: int, grace: float) -> None:
    """Ask a process group to end; kill what is left of it after `grace` seconds."""
    end_groups({group: ask}, grace)


if sys.platform == "win32":

    def end_groups(groups: Mapping[int, int], grace: float) -> None:
        """End processes and their children."""
        for group in groups:
            subprocess.run(
                ["taskkill", "/F", "/T", "/PID", str(group)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )

else:

    def end_groups(groups: Mapping[int, int], grace: float) -> None:
        """Ask process groups to end, each by its signal; kill what is left after `grace` seconds.

        All are asked at once: a group is there until its last process has been taken note of,
        which the system may do a second after that process has ended.
        """
        left = [group for group, ask in groups.items() if signal_group(group, ask)]
        deadline = time.monotonic() + grace
        while left and time.monotonic() < deadline:
            left = [group for group in left if signal_group(group, 0)]
            time.sleep(0.02)
        for group in left:
            signal_group(group, signal.SIGKILL)

    def signal_group(group: int, number: int) -> bool:
        """Send a process group a signal, 0 for none; whether there is such a group."""
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True


if __name__ == "__main__":
    follow(sys.stdin)
