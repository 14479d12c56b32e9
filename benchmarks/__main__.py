"""`python -m benchmarks`: measure, keep what was found, and show it on the site."""

from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from benchmarks import contract, load, results
from benchmarks.forms import measure_pages, measure_questions, measure_way
from benchmarks.load import KINDS
from benchmarks.measure import Plan, Say, measure
from benchmarks.page import PLOTTED, write_page
from benchmarks.peer import PEERS, THE_CHAPTER, WITHOUT_TURNS
from benchmarks.table import Tables
from tutorial.console import make_console
from tutorial.errors import TutorialError
from tutorial.postgres import postgres_server
from tutorial.repository import CACHE
from tutorial.signals import stop_signals

# What giving each client its turn brings.
TURNS = (THE_CHAPTER, WITHOUT_TURNS)


def bench(
    rounds: Annotated[int, typer.Option(min=1, help="How often each peer has its turn.")] = 3,
    seconds: Annotated[int, typer.Option(min=1, help="How long each kind of request runs.")] = 2,
    quick: Annotated[
        bool, typer.Option("--quick", help="One short round: whether it works, not how fast it is.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Where to keep what was found. By default benchmarks/results.json, which the site "
            "shows; after a quick round .cache/benchmarks.json, which it doesn't."
        ),
    ] = None,
    page_only: Annotated[
        bool, typer.Option("--page-only", help="Measure nothing; write the page from the results.")
    ] = False,
) -> None:
    """Measure chapter 03's API beside its peers, and put the figures on the site."""
    console = make_console()
    plan = Plan(rounds=1, seconds=1) if quick else Plan(rounds=rounds, seconds=seconds)
    say: Say = console.print
    try:
        with stop_signals():
            if output and page_only:
                raise TutorialError("The page is written from benchmarks/results.json alone.")
            if output and not output.parent.is_dir():
                raise TutorialError(
                    f"{output.parent} isn't there: what was found could not be kept."
                )
            kept = output or (CACHE / "benchmarks.json" if quick else results.FILE)
            if not page_only:
                results.write(run(plan, say, times=20 if quick else 100), kept)
                say(f"What was found is in {kept}.")
            if page_only or kept == results.FILE:
                write_page(results.read())
    except KeyboardInterrupt:
        console.print("\nStopped; the results of the last whole run are kept.")
        raise typer.Exit(130) from None
    except TutorialError as error:
        typer.echo(f"benchmarks: {error}", err=True)
        raise typer.Exit(1) from None


def run(plan: Plan, say: Say, times: int) -> results.Results:
    """Everything, on a PostgreSQL of its own with its usual settings."""
    load.find_wrk()
    say("Preparing the peers' environments")
    for peer in PEERS:
        peer.environment()
    starts = plan.rounds * (len(plan.sizes) * len(PEERS) + len(TURNS))
    estimate = starts * (len(KINDS) * plan.seconds + plan.warm_up + 2) + times // 2
    say(f"{starts} servers, about {estimate / 60:.0f} minutes. Let the machine do nothing else.")
    began = monotonic()
    with postgres_server(durable=True) as server:
        tables = Tables(server)
        for size in sorted({*plan.sizes, 0, contract.SIZE}):
            tables.make(size)
        passed = contract.check(tables)
        say(f"All keep the contract ({passed} of the chapter's tests each) and answer alike.")
        found = measure(tables, plan, say)
        turns = measure(tables, replace(plan, sizes=(PLOTTED,)), say, TURNS)
        pages = measure_pages(tables, say, times)
        questions = measure_questions(tables, say, times)
        way = measure_way(tables, say, times)
        version = tables.version()
    say(f"Done in {(monotonic() - began) / 60:.1f} minutes.")
    return results.assemble(
        found,
        turns,
        plan,
        {"pages": pages, "questions": questions, "way": way},
        version,
    )


if __name__ == "__main__":
    typer.run(bench)
