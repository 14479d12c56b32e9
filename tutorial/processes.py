"""Processes that the tooling starts: each leads its own group, and none outlives the tooling."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from tutorial.watchdog import GRACE, end_group, watchdog


class Stopped(Exception):  # noqa: N818 (not an error: it was asked for)
    """The processes have been told to stop: there is nothing more to start or to wait for."""


class Process:
    """A running program; what it writes is handed on line by line, as it comes.

    `ask` is the signal on which it ends well; `user` another user, by name, to run it as.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        cwd: Path,
        variables: Mapping[str, str],
        hear: Callable[[str], None],
        *,
        ask: signal.Signals = signal.SIGTERM,
        user: str | None = None,
    ) -> None:
        self._ask = ask
        self._popen = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            user=user,
            group=primary_group(user),
            extra_groups=None if user is None else [],
        )
        watchdog.watch_group(self._popen.pid, ask)
        self._reader = threading.Thread(target=self._read, args=(hear,), daemon=True)
        self._reader.start()

    def _read(self, hear: Callable[[str], None]) -> None:
        assert self._popen.stdout is not None
        with self._popen.stdout as lines:
            for line in lines:
                hear(line.rstrip("\r\n"))

    @property
    def pid(self) -> int:
        """The number by which the system knows it."""
        return self._popen.pid

    @property
    def status(self) -> int | None:
        """The exit status; None while the program runs."""
        return self._popen.poll()

    def wait(self, limit: float | None = None) -> int:
        """Wait for the program's end; what it has left running ends with it.

        Raises TimeoutError, the program ended, if that takes longer than `limit` seconds.
        """
        try:
            status = self._popen.wait(limit)
        except subprocess.TimeoutExpired:
            self.stop()
            raise TimeoutError from None
        self._clear()
        return status

    def stop(self) -> None:
        """End the program and all that it has started: asked first, killed if it doesn't."""
        if self.status is None and sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._popen.pid, self._ask)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._popen.wait(GRACE)
        self._clear()
        self._popen.wait()

    def _clear(self) -> None:
        end_group(self._popen.pid, self._ask, 0 if self.status is None else GRACE)
        watchdog.forget_group(self._popen.pid)
        self._reader.join(timeout=2)


def primary_group(user: str | None) -> int | None:
    """The number of the user's own group."""
    if user is None or sys.platform == "win32":
        return None
    import pwd

    return pwd.getpwnam(user).pw_gid


class Processes:
    """The processes of one command, ended together when the `with` block ends.

    Several threads may start and run processes; `stop` may be called from another one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[Process] = []
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        variables: Mapping[str, str],
        hear: Callable[[str], None],
    ) -> Process:
        """Start a program; `hear` is called with each line that it writes."""
        with self._lock:
            if self._stopped:
                raise Stopped
            process = Process(command, cwd, variables, hear)
            self._running.append(process)
        return process

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        variables: Mapping[str, str],
        hear: Callable[[str], None],
        limit: float | None = None,
    ) -> int:
        """Run a program to its end, or for `limit` seconds, and give its exit status."""
        process = self.start(command, cwd=cwd, variables=variables, hear=hear)
        try:
            status = process.wait(limit)
        except KeyboardInterrupt:
            process.stop()
            raise
        finally:
            with self._lock:
                if self._stopped:
                    raise Stopped
                self._running.remove(process)
        return status

    def stop(self) -> None:
        """End every process, all at once rather than one after the other."""
        with self._lock:
            self._stopped = True
            running, self._running = self._running, []
        threads = [threading.Thread(target=process.stop) for process in running]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
