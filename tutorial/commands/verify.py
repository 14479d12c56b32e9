"""`tutorial verify`: runs the pages and shows that they are true."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from tutorial import interpreters
from tutorial.console import make_console
from tutorial.errors import TutorialError
from tutorial.proof.claim import Claim, all_claims, find_claim, with_pages_about
from tutorial.proof.report import FOLDER, BlockReport, ChapterReport, Report, write_report
from tutorial.proof.run import TIMEOUT, Options, lacking
from tutorial.proof.verify import Audience
from tutorial.proof.verify import verify as verify_claims
from tutorial.repository import ROOT
from tutorial.signals import stop_signals

SLOWEST = 5

ChapterArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="CHAPTER",
        help="One chapter, as 2, 02 or 02-todo-api, with the pages about it, or one page, as "
        "exercises/02-todo-api; all if none.",
    ),
]
PythonOption = Annotated[
    str | None,
    typer.Option(metavar="VERSION", help="The reader's Python, as 3.12; this one if none."),
]
TimeoutOption = Annotated[
    float, typer.Option(min=1, metavar="SECONDS", help="How long one command may take.")
]


def verify(
    chapter: ChapterArgument = None,
    python: PythonOption = None,
    timeout: TimeoutOption = TIMEOUT,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="List all lies of a page, not only the first.")
    ] = False,
) -> None:
    """Run the pages as a reader would; show that they are true.

    Each chapter's page is run on the snapshot of the chapter before it. It must give the chapter's
    own snapshot, byte for byte, and each command must print what the page says. Of the exercises
    and the errors, each section is run on a chapter's snapshot anew. The pages run side by side; a
    page stops at its first lie. The result is in build/verify/report.json.

    The exit status is 0 if all is true, 1 if anything isn't, 2 if the command was misused.
    """
    claims = chosen(chapter)
    options = make_options(python, timeout, keep_going)
    refuse_to_forget(ROOT)
    console = make_console()
    try:
        with stop_signals(), ProgressAudience(console, claims) as audience:
            report = verify_claims(claims, options, audience)
    except KeyboardInterrupt:
        console.print("Stopped.")
        raise typer.Exit(130) from None
    path = write_report(report, ROOT)
    say_result(console, report)
    console.print(f"The report is {path.relative_to(ROOT)}.")
    if report.faults:
        raise typer.Exit(1)


def refuse_to_forget(root: Path) -> None:
    """TutorialError where the result couldn't be kept: nobody should wait for it, then."""
    folder = root / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TutorialError(f"{error.filename}: {error.strerror}") from None
    if not os.access(folder, os.W_OK):
        raise TutorialError(f"You may not write to {folder}, where the result is kept.")


def chosen(asked: str | None) -> list[Claim]:
    """The pages that are asked for; misuse if there are none."""
    claims = all_claims(ROOT)
    if not claims:
        raise typer.BadParameter(f"there are no chapters under {ROOT}")
    if asked is None:
        return claims
    try:
        return with_pages_about([find_claim(asked, claims)], claims)
    except TutorialError as error:
        raise typer.BadParameter(str(error)) from None


def make_options(python: str | None, timeout: float = TIMEOUT, keep_going: bool = False) -> Options:
    """How the pages are to be run; misuse if there is no such Python.

    TutorialError on Windows, which lacks the terminals that they are run in.
    """
    if sys.platform == "win32":
        raise TutorialError("Pages are run in a POSIX shell. On Windows, use WSL for this command.")
    if shutil.which("curl") is None:
        raise TutorialError("The pages type curl, which isn't installed here. Install it first.")
    try:
        interpreter = interpreters.find(python) if python else interpreters.current()
    except TutorialError as error:
        raise typer.BadParameter(str(error)) from None
    return Options(interpreter, timeout, keep_going, lacking=lacking(interpreter))


class ProgressAudience(Audience):
    """Shows what is being run: a line a chapter that moves, or a line a block into a pipe."""

    def __init__(self, console: Console, claims: list[Claim]) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {
            claim.name: self._progress.add_task(claim.name, total=None) for claim in claims
        }

    def __enter__(self) -> "ProgressAudience":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begins(self, chapter: str, step: str, line: int, subject: str) -> None:
        text = Text(f"{chapter}:{line} {step}: {subject}"[: self._console.width - 20])
        self._progress.update(self._tasks[chapter], description=text.markup)

    def ended(self, chapter: str, report: BlockReport) -> None:
        if not self._console.is_terminal:
            line = f"{chapter}:{report.line} {report.role} {report.subject}: {report.result}"
            self._console.print(f"{line}, {report.seconds:.1f} s", markup=False, soft_wrap=True)

    def proven(self, report: ChapterReport) -> None:
        self._progress.remove_task(self._tasks[report.name])
        for fault in report.faults:
            self._console.print(Text(str(fault), "red"), soft_wrap=True)
        self._console.print(Text(chapter_line(report)), soft_wrap=True)


def chapter_line(report: ChapterReport) -> str:
    """What was found of a chapter, in a line."""
    counts = report.counts
    kinds = [
        ("passed", "run"),
        ("not run", "not run"),
        ("shown", "only shown"),
        ("failed", "failed"),
    ]
    results = [f"{counts.results[kind]} {name}" for kind, name in kinds if counts.results.get(kind)]
    words = [f"{counted(counts.blocks, 'block')}: {', '.join(results) or 'none run'}"]
    words += sorted({block.reason for block in report.blocks if block.result == "not run"})
    words.append(f"{counted(counts.exchanges, 'exchange')}")
    words.append(f"{counted(counts.elisions, 'elision')}")
    if report.unmade:
        words.append(f"the page doesn't make {', '.join(report.unmade)}")
    lies = len(report.faults)
    verdict = counted(lies, "lie") if lies else "true"
    return f"{report.name}: {verdict}. {'; '.join(words)}; {report.seconds:.1f} s"


def counted(number: int, noun: str) -> str:
    """As in `1 block` and `2 blocks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def say_result(console: Console, report: Report) -> None:
    """The slowest blocks, and what all of it comes to."""
    blocks = [(block, chapter) for chapter in report.chapters for block in chapter.blocks]
    slowest = sorted(blocks, key=lambda pair: pair[0].seconds, reverse=True)[:SLOWEST]
    if slowest:
        console.print("\nThe slowest blocks:")
    for block, chapter in slowest:
        line = f"  {block.seconds:5.1f} s  {chapter.page}:{block.line}  {block.subject}"
        console.print(Text(line), soft_wrap=True)
    lies = len(report.faults)
    told = counted(lies, "lie") if lies else "No lie"
    docker = "with" if report.docker else "without"
    console.print(
        f"\n{told} on Python {report.python}, {docker} Docker, in {report.seconds:.1f} s.",
        style="red" if lies else "green",
    )
