"""Runs the parts of `tutorial test`, several at once, and says how each went."""

import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tutorial.console import Speakers
from tutorial.errors import TutorialError
from tutorial.processes import Processes, Stopped
from tutorial.signals import stop_signals
from tutorial.tally import Tally

# No part takes a third of it; one that hangs is ended.
LIMIT = 1800.0
# So the reason begins for which a test is skipped that every machine could run.
NOT_INSTALLED = "not installed: "
# How much of what a failed part said is shown again at the end.
TAIL = 40


class UnavailableError(Exception):
    """This machine can't run the part: the text is the reason."""


@dataclass
class Stage:
    """Where one part runs: it starts programs, and what they write is shown in its name."""

    processes: Processes
    say: Callable[[str], None]

    def run(self, command: Sequence[str | Path], cwd: Path, variables: Mapping[str, str]) -> int:
        """Run a program to its end and give its exit status."""
        try:
            return self.processes.run(
                command, cwd=cwd, variables=variables, hear=self.say, limit=LIMIT
            )
        except TimeoutError:
            raise TutorialError(f"Not done after {LIMIT / 60:.0f} minutes, and stopped.") from None


@dataclass(frozen=True)
class Report:
    """What a part has found."""

    tally: Tally
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """Something to test, by a name that `--only` takes.

    A part that isn't for every day runs by its name, or where everything must run. A part that
    runs alone measures the machine, and what ran beside it would be in its figures. A part that
    isn't required needs what can't be installed everywhere, and may stay out even where all must
    run.
    """

    name: str
    run: Callable[[Stage], Report]
    everyday: bool = True
    alone: bool = False
    required: bool = True


@dataclass(frozen=True)
class Result:
    """How a part went."""

    part: Part
    report: Report
    seconds: float
    tail: list[str]

    @property
    def word(self) -> str:
        """`passed`, `failed`, or `not run` where nothing ran."""
        tally = self.report.tally
        if tally.failed:
            return "failed"
        return "passed" if tally.passed else "not run"


def run_parts(parts: Sequence[Part], workers: int, console: Console) -> list[Result]:
    """Run the parts, `workers` at a time, then those that run alone, one after the other.

    The results come in the order of the parts. KeyboardInterrupt if a signal asks to stop.
    """
    speakers = Speakers(console, max(len(part.name) for part in parts))
    results: dict[str, Result] = {}
    running: dict[Future[Result], Part] = {}
    # The futures that are done; None if a signal has come. Its handler may put at any time.
    ended: SimpleQueue[Future[Result] | None] = SimpleQueue()
    # Left in reverse order: the pool's threads end once their processes have been stopped.
    with (
        stop_signals(lambda: ended.put(None)),
        console.status("Starting") as status,
        ThreadPoolExecutor(workers) as pool,
        Processes() as processes,
    ):
        waiting = deque(sorted(parts, key=lambda part: part.alone))
        while waiting or running:
            while waiting and len(running) < (1 if waiting[0].alone else workers):
                part = waiting.popleft()
                stage = Stage(processes, speakers.speaker(part.name))
                future = pool.submit(run_part, part, stage)
                running[future] = part
                future.add_done_callback(ended.put)
            names = ", ".join(part.name for part in running.values())
            status.update(f"{len(results)} of {len(parts)} parts done. Running: {names}")
            done = ended.get()
            if done is None:
                raise KeyboardInterrupt
            results[running.pop(done).name] = done.result()
        if not ended.empty():
            raise KeyboardInterrupt
    return [results[part.name] for part in parts]


def run_part(part: Part, stage: Stage) -> Result:
    """Run one part; a mistake that it meets is its result."""
    tail: deque[str] = deque(maxlen=TAIL)
    say = stage.say

    def say_and_keep(line: str) -> None:
        tail.append(line)
        say(line)

    started = time.monotonic()
    try:
        report = part.run(replace(stage, say=say_and_keep))
    except UnavailableError as reason:
        report = Report(Tally(skipped=1), [str(reason)])
    except TutorialError as error:
        for line in str(error).splitlines():
            say_and_keep(line)
        report = Report(Tally(failed=1), [str(error).splitlines()[0]])
    except Stopped:
        raise
    except Exception as error:
        # A mistake of the tooling's own must not cost what the other parts have found.
        for line in traceback.format_exc().splitlines():
            say_and_keep(line)
        report = Report(Tally(failed=1), [f"{type(error).__name__}: {error}"])
    if report.tally == Tally():
        report = Report(Tally(failed=1), ["Nothing ran."])
    result = Result(part, report, time.monotonic() - started, list(tail))
    say(f"{result.word}: {report.tally}, in {result.seconds:.1f} s")
    return result


def leave_out(part: Part) -> Result:
    """The result of a part that isn't for every day, on a day like every other."""
    note = f"Not for every day. To run it: make test ONLY={part.name}"
    return Result(part, Report(Tally(skipped=1), [note]), 0.0, [])


def require_all(results: Iterable[Result]) -> list[Result]:
    """The same results, where what is required and did not run is a failure.

    That is a whole part, or tests of it for which something is to be installed.
    """
    return [required(result) if result.part.required else result for result in results]


def required(result: Result) -> Result:
    """The result of a part that had to run."""
    tally, notes = result.report.tally, result.report.notes
    if result.word == "not run":
        lacking, tally = notes or [""], Tally()
    else:
        lacking = [note for note in notes if note.startswith(NOT_INSTALLED)]
    if not lacking:
        return result
    others = [note for note in notes if note not in lacking]
    said = [f"Had to run. {note}" for note in dict.fromkeys(lacking)]
    return replace(result, report=Report(tally + Tally(failed=1), [*said, *others]))


def print_summary(results: Sequence[Result], console: Console) -> None:
    """What failed parts said last, a table of all parts, and the counts as the last line."""
    styles = {"passed": "green", "failed": "bold red", "not run": "yellow"}
    for result in results:
        if result.word == "failed":
            console.rule(f"{result.part.name} failed; it said last", align="left")
            for line in result.tail:
                console.print(Text(line), soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("part", "result"):
        table.add_column(heading, no_wrap=True)
    for heading in ("passed", "failed", "skipped", "seconds"):
        table.add_column(heading, justify="right")
    for result in results:
        tally = result.report.tally
        table.add_row(
            result.part.name,
            Text(result.word, styles[result.word]),
            *(str(count) for count in (tally.passed, tally.failed, tally.skipped)),
            f"{result.seconds:.1f}",
        )
    console.print()
    console.print(table)
    notes = [(result.part.name, note) for result in results for note in result.report.notes]
    if notes:
        console.print("\nNot run, or noteworthy:", style="bold")
        for name, note in notes:
            console.print(Text(f"  {name}: {note}"), soft_wrap=True)
    total = sum((result.report.tally for result in results), Tally())
    console.print(f"\n{total}", style="bold red" if total.failed else "bold green")
