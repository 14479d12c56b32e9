"""A terminal: a real shell behind a pseudo-terminal.

The shell itself says when a command has ended, and how, in an escape sequence with a secret that no
program knows; so nothing that a command prints can be taken for a prompt. What was printed is all
that came since the last time anyone took it.
"""

import contextlib
import multiprocessing
import os
import platform
import re
import secrets
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pexpect  # type: ignore[import-untyped]

from tutorial.proof.workspace import COLUMNS, ROWS
from tutorial.watchdog import watchdog

BASH = "/bin/bash"
# The prompts are set again each time: activating a virtual environment changes the first one.
STARTUP = """\
PROMPT_COMMAND='printf "{opening}ended;%s\\007" "$?"; PS1= PS2=$(printf "{opening}more;\\007")'
unset HISTFILE
set +o history
"""

# How soon a command must take a hint to stop: Ctrl-C, or its terminal being closed.
GRACE = 10.0
# A command that has been quiet for this long and waits for a key is asking for input.
ASKING_AFTER = 2.0
# The number of the system call `read`, as /proc/PID/syscall shows it.
READ_CALL = {"x86_64": "0", "aarch64": "63"}


class TerminalError(Exception):
    """A terminal that can't go on: a sentence, and what was printed until then."""

    def __init__(self, sentence: str, output: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.output = output


class Terminal:
    """A shell with one command at a time in its foreground."""

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        secret = secrets.token_hex(8)
        startup = Path(variables["TMPDIR"]) / f"bashrc-{secret}"
        startup.write_text(STARTUP.format(opening=rf"\033]7717;{secret};"), "utf-8")
        self._opening = f"\x1b]7717;{secret};"
        self._signs = re.compile(
            re.escape(self._opening) + r"(?P<sign>ended|more);(?P<status>\d*)\x07"
        )
        self._shell = pexpect.spawn(
            BASH,
            ["--noprofile", "--rcfile", str(startup), "--noediting", "-i"],
            cwd=str(folder),
            env=dict(variables),
            dimensions=(ROWS, COLUMNS),
            echo=False,
            encoding="utf-8",
            codec_errors="backslashreplace",
            timeout=None,
        )
        self._shell.delaybeforesend = None
        self._pid: int = self._shell.pid
        watchdog.watch_group(self._pid)
        self._watched_job: int | None = None
        self._raw = ""
        self._output = ""
        self._last_sign: tuple[str, int] | None = None
        self.last_heard = time.monotonic()
        self.busy = True
        self.wait(GRACE)
        self._output = ""
        startup.unlink()

    @property
    def output(self) -> str:
        """What was printed and not yet taken."""
        return self._output

    def take(self) -> str:
        """What was printed since the last time."""
        output, self._output = self._output, ""
        return output

    def run(self, command: Sequence[str], timeout: float) -> int:
        """Type a command, wait for its end and return its exit status."""
        self.start(command, timeout)
        return self.wait(timeout)

    def start(self, command: Sequence[str], timeout: float = GRACE) -> None:
        """Type a command without waiting for its end.

        Of several lines, each but the last must leave the shell waiting for more.
        """
        for line in command[:-1]:
            self._type(line)
            if self._next_sign(timeout)[0] != "more":
                raise TerminalError(
                    f"the command ends with the line {line!r}: the shell doesn't ask for more, "
                    "so the line below it, which begins with '>', isn't part of it",
                    self._output,
                )
        self._type(command[-1])
        self.busy = True

    def wait(self, timeout: float) -> int:
        """Wait for the running command's end and return its exit status."""
        sign, status = self._next_sign(timeout)
        if sign == "more":
            self._shell.sendintr()
            self._next_sign(GRACE)
            self.busy = False
            raise TerminalError(
                "the command isn't complete: the shell asks for more lines", self._output
            )
        self.busy = False
        self._forget_job()
        return status

    def ended(self) -> int | None:
        """The exit status of the command, if it has ended by now."""
        self.listen(0)
        if self._last_sign is None:
            return None
        return self.wait(GRACE)

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit status of the command that it ends."""
        self._shell.setecho(False)
        self._shell.sendintr()
        try:
            return self.wait(GRACE)
        except TerminalError as error:
            raise TerminalError(
                f"the command goes on {GRACE:.0f} seconds after Ctrl-C", error.output
            ) from None

    def listen(self, seconds: float) -> None:
        """Hear what is printed, for this long or until there is something."""
        parent = multiprocessing.parent_process()
        if parent is not None and not parent.is_alive():
            raise KeyboardInterrupt
        try:
            self._raw += self._shell.read_nonblocking(65536, seconds)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            if self._last_sign is None:
                raise TerminalError("the command ended its terminal", self._output) from None
            return
        self.last_heard = time.monotonic()
        if sign := self._signs.search(self._raw):
            self._output += as_lines(self._raw[: sign.start()])
            self._raw = self._raw[sign.end() :]
            self._last_sign = (sign["sign"], int(sign["status"] or 0))
            return
        # The beginning of a sign, or half a line's ending, may be all that came of it.
        end = max(self._raw.rfind("\x1b"), 0)
        if not self._opening.startswith(self._raw[end : end + len(self._opening)]):
            end = len(self._raw.rstrip("\r"))
        self._output += as_lines(self._raw[:end])
        self._raw = self._raw[end:]

    def watch_job(self) -> None:
        """Have what runs in the foreground ended too, should this process be killed."""
        with contextlib.suppress(OSError):
            job = os.tcgetpgrp(self._shell.child_fd)
            if job != self._pid:
                watchdog.watch_group(job)
                self._watched_job = job

    def processor_time(self) -> float | None:
        """How many seconds the terminal's processes have worked, or are waiting to, until now.

        None where the system doesn't tell.
        """
        session = self._session()
        return sum(worked(pid) for pid in session) if session else None

    def close(self) -> None:
        """End the shell and everything that was started from it."""
        # The last one can't be refused, but on a busy machine it takes a while as well.
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
            self._signal(number)
            deadline = time.monotonic() + GRACE / 4
            while self._session() and time.monotonic() < deadline:
                with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF, OSError):
                    self._shell.read_nonblocking(65536, 0)  # who can't write can't end
                time.sleep(0.01)
        self._shell.ptyproc.delayafterclose = self._shell.ptyproc.delayafterterminate = 0.01
        self._shell.delayafterclose = self._shell.delayafterterminate = 0.01
        self._shell.close(force=True)
        self._forget_job()
        watchdog.forget_group(self._pid)

    def _type(self, line: str) -> None:
        if len(line.encode()) > 4000:
            raise TerminalError("the line is longer than a terminal takes: 4000 bytes")
        self._last_sign = None
        self._shell.setecho(False)  # a program may have turned it on, as Werkzeug's reloader does
        self._shell.send(f"{line}\n")

    def _next_sign(self, timeout: float) -> tuple[str, int]:
        deadline = time.monotonic() + timeout
        while self._last_sign is None:
            self.listen(0.2)
            if self._last_sign is not None:
                break
            if time.monotonic() > deadline:
                raise TerminalError(
                    f"the command didn't end within {timeout:g} seconds", self._output + self._raw
                )
            if time.monotonic() - self.last_heard > ASKING_AFTER and self._asks():
                raise TerminalError(
                    "the command asks for input, which the page doesn't give",
                    self._output + self._raw,
                )
        sign, self._last_sign = self._last_sign, None
        return sign

    def _asks(self) -> bool:
        """Whether the program in the foreground waits for a key, where the system tells."""
        call = READ_CALL.get(platform.machine())
        with contextlib.suppress(OSError):
            job = os.tcgetpgrp(self._shell.child_fd)
            words = Path(f"/proc/{job}/syscall").read_text("ascii").split()
            if job != self._pid and words[0] == call:
                file = os.readlink(f"/proc/{job}/fd/{int(words[1], 16)}")
                return file.startswith(("/dev/pts/", "/dev/tty"))
        return False

    def _session(self) -> list[int]:
        """The processes that were started in this terminal and still run."""
        with contextlib.suppress(Exception):
            self._shell.isalive()  # takes note of the shell's own end
        return [pid for pid in processes() if session_of(pid) == self._pid]

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._session():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)

    def _forget_job(self) -> None:
        if self._watched_job is not None:
            watchdog.forget_group(self._watched_job)
            self._watched_job = None


def as_lines(text: str) -> str:
    """What programs wrote: the terminal puts a carriage return before each newline."""
    return re.sub(r"\r+\n", "\n", text)


def processes() -> list[int]:
    """The numbers of all processes, where the system lists them as Linux does."""
    with contextlib.suppress(OSError):
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return []


def status_of(pid: int) -> list[str]:
    """What Linux says of a process, from its state on; empty if there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return []
    return stat.rpartition(")")[2].split()  # the name, in parentheses, may hold anything


def session_of(pid: int) -> int | None:
    """The session that a living process belongs to."""
    match status_of(pid):
        case [state, _parent, _group, session, *_] if state != "Z":
            return int(session)
    return None


def worked(pid: int) -> float:
    """How many seconds a process has used a processor; more than that if it waits for one."""
    status = status_of(pid)
    if not status:
        return 0
    ticks = int(status[11]) + int(status[12])
    waits = status[0] in "RD"
    return ticks / os.sysconf("SC_CLK_TCK") + (time.monotonic() if waits else 0)
