"""`tutorial test`: everything that this machine can test."""

import os
from typing import Annotated

import typer

from tutorial import interpreters
from tutorial.chapters import all_chapters
from tutorial.console import make_console
from tutorial.errors import TutorialError
from tutorial.interpreters import Interpreter
from tutorial.parts import all_parts
from tutorial.signals import stop_signals
from tutorial.suite import Part, leave_out, print_summary, require_all, run_parts


def run_tests(
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Only the part of this name, or those that begin so: `--only chapter-03`."
        ),
    ] = None,
    python: Annotated[
        list[str] | None,
        typer.Option(help="The chapters' Python: 3.12, or `all` that this machine has."),
    ] = None,
    require_every_part: Annotated[
        bool,
        typer.Option(
            "--require-all",
            help="Leave no part out, and fail where one can't run on this machine.",
        ),
    ] = False,
) -> None:
    """Test what this machine can.

    What takes longer than a day's work has time for runs by its name, or with --require-all. What
    did not run is named at the end, with the reason.
    """
    console = make_console()
    pythons = choose_pythons(python or [])
    chosen = choose(all_parts(all_chapters(), pythons), only or [])
    everything = bool(only) or require_every_part
    left_out = [part for part in chosen if not (everything or part.everyday)]
    parts = [part for part in chosen if part not in left_out]
    console.print(f"The chapters run on Python {', '.join(found.version for found in pythons)}.")
    # One more than there are cores: some parts wait most of their time.
    workers = max(2, min(4, (os.cpu_count() or 1) + 1))
    with stop_signals():
        try:
            results = run_parts(parts, workers, console)
        except KeyboardInterrupt:
            console.print("\nStopped before the end.")
            raise typer.Exit(130) from None
    if require_every_part:
        results = require_all(results)
    print_summary([*results, *map(leave_out, left_out)], console)
    if any(result.word == "failed" for result in results):
        raise typer.Exit(1)


def choose_pythons(asked: list[str]) -> list[Interpreter]:
    """The Pythons that were asked for; by default the one that the tooling runs on."""
    if not asked:
        return [interpreters.current()]
    if asked == ["all"]:
        return interpreters.find_all()
    return [interpreters.find(minor) for minor in asked]


def choose(parts: list[Part], prefixes: list[str]) -> list[Part]:
    """The parts of these names, or whose names begin so; all of them where none is given."""
    for prefix in prefixes:
        if not any(part.name.startswith(prefix) for part in parts):
            names = ", ".join(part.name for part in parts)
            raise TutorialError(f"No part's name begins with {prefix!r}. The parts are: {names}.")
    whole = {part.name for part in parts}
    return [
        part
        for part in parts
        if not prefixes
        or part.name in prefixes
        or any(part.name.startswith(prefix) for prefix in prefixes if prefix not in whole)
    ]
