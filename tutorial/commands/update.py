"""`tutorial update`: brings outputs and snapshots up to date after an edit."""

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from tutorial.commands.verify import ChapterArgument, PythonOption, TimeoutOption, make_options
from tutorial.console import make_console
from tutorial.errors import TutorialError
from tutorial.pages.blocks import Block
from tutorial.pages.page import Step
from tutorial.proof.claim import Claim, all_claims, find_claim, with_pages_about
from tutorial.proof.report import BlockReport
from tutorial.proof.run import TIMEOUT, Watcher
from tutorial.proof.update import Edition, OutdatedError
from tutorial.proof.update import update as update_claims
from tutorial.repository import ROOT
from tutorial.signals import stop_signals


def update(
    chapter: ChapterArgument = None,
    python: PythonOption = None,
    timeout: TimeoutOption = TIMEOUT,
    outputs_only: Annotated[
        bool, typer.Option("--outputs-only", help="Leave the snapshots as they are.")
    ] = False,
    alone: Annotated[
        bool, typer.Option("--alone", help="Don't go on to the chapters after this one.")
    ] = False,
) -> None:
    """Rewrite the pages' outputs and the snapshots after an edit, forward to the last chapter.

    A chapter is written only when all of its page has been run. The exercises and the errors come
    last. The first page that no longer applies, say a change whose lines are gone, stops the
    update: it and those after it stay as they are.

    The exit status is 0 if all is up to date, 1 if a page no longer applies, 2 on misuse.
    """
    claims = chosen(chapter, alone)
    options = make_options(python, timeout)
    console = make_console()
    try:
        with stop_signals():
            update_claims(
                claims,
                options,
                lambda edition: say_edition(console, edition),
                BlockLines(console),
                snapshots=not outputs_only,
            )
    except KeyboardInterrupt:
        console.print("Stopped.")
        raise typer.Exit(130) from None
    except OutdatedError as error:
        for fault in error.faults:
            console.print(Text(str(fault), "red"), soft_wrap=True)
        console.print(f"Stopped: {error.faults[0].page} and what follows it is left as it was.")
        raise typer.Exit(1) from None


def chosen(asked: str | None, alone: bool) -> list[Claim]:
    """The chapter that is asked for, those after it and the pages about them; or all."""
    claims = all_claims(ROOT)
    if asked is None:
        return claims
    try:
        first = claims.index(find_claim(asked, claims))
    except TutorialError as error:
        raise typer.BadParameter(str(error)) from None
    chapters = [claim for claim in claims[first:] if claim.starts_from is None]
    return with_pages_about(chapters[:1] if alone else chapters, claims) or [claims[first]]


class BlockLines(Watcher):
    """Prints a line for each block that takes a while."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def begins(self, step: Step, block: Block) -> None:
        pass

    def ended(self, report: BlockReport) -> None:
        if report.role == "terminal":
            line = f"  line {report.line}: {report.subject} ({report.seconds:.1f} s)"
            self._console.print(Text(line), soft_wrap=True)


def say_edition(console: Console, edition: Edition) -> None:
    """What an update has changed."""
    changed = edition.changed
    if not changed:
        console.print(f"{edition.claim.name} is up to date.")
        return
    console.print(f"{edition.claim.name} is brought up to date:")
    for path in changed:
        console.print(Text(f"  {path}"), soft_wrap=True)
