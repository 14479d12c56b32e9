"""Verifies chapters side by side: each page is run in a process of its own."""

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from tutorial.errors import TutorialError
from tutorial.pages.blocks import Block
from tutorial.pages.fault import Fault, PageError
from tutorial.pages.page import Step, parse_page
from tutorial.proof.claim import Claim
from tutorial.proof.report import BlockReport, ChapterReport, Report, now, summary
from tutorial.proof.run import Options, Snapshot, Watcher, run_page
from tutorial.proof.tree import read_tree, unmade
from tutorial.signals import stop_signals

# How long a process has to clear up after it was told to stop.
GRACE = 20.0


class Audience:
    """Is told how the proof of several chapters goes; this one doesn't listen."""

    def begins(self, chapter: str, step: str, line: int, subject: str) -> None:
        """A block is about to be run."""

    def ended(self, chapter: str, report: BlockReport) -> None:
        """A block was run."""

    def proven(self, report: ChapterReport) -> None:
        """A chapter's page was run, or can't be."""


def verify(claims: Sequence[Claim], options: Options, audience: Audience) -> Report:
    """Prove the chapters; the audience hears of each block while they run."""
    begin = time.monotonic()
    when = now()
    chapters = run_in_processes(claims, options, audience)
    return Report(
        options.interpreter.version,
        "docker" not in options.lacking,
        when,
        time.monotonic() - begin,
        tuple(sorted(chapters, key=lambda chapter: chapter.name)),
    )


def prove(claim: Claim, options: Options, watcher: Watcher | None = None) -> ChapterReport:
    """Prove one chapter, in this process."""
    begin = time.monotonic()
    try:
        inputs, page = claim.inputs(), parse_page(claim.page, claim.text())
    except PageError as error:
        return unread(claim, error.faults)
    except TutorialError as error:
        return unread(claim, (Fault(claim.page, 1, str(error)),))
    start = claim.start()
    before = claim.starts_from or claim.before
    if before is not None and not start:
        sentence = f"the snapshot that the page begins with, src/{before}, isn't there"
        return unread(claim, (Fault(claim.page, 1, sentence),))
    parsing = time.monotonic() - begin
    snapshot = Snapshot(claim.snapshot, read_tree(claim.root / claim.snapshot))
    try:
        environment = claim.environment(options.interpreter)
    except TutorialError as error:
        return unread(claim, (Fault(claim.page, 1, str(error)),))
    result = run_page(page, start, snapshot, options, watcher, environment)
    return ChapterReport(
        claim.name,
        claim.page,
        inputs,
        result.complete,
        time.monotonic() - begin,
        parsing + result.judging,
        summary(start),
        result.steps,
        () if claim.starts_from else tuple(unmade(snapshot.tree)),
        result.faults,
        starts_from=claim.starts_from,
        contents=result.contents,
    )


def unread(claim: Claim, faults: tuple[Fault, ...]) -> ChapterReport:
    """The report of a page that wasn't run."""
    return ChapterReport(
        *(claim.name, claim.page, "", False, 0, 0, {}, (), (), faults),
        starts_from=claim.starts_from,
    )


class Messenger(Watcher):
    """Tells another process how a run goes."""

    def __init__(self, send: Callable[[object], None]) -> None:
        self._send = send

    def begins(self, step: Step, block: Block) -> None:
        self._send((step.title, block.line, block.subject))

    def ended(self, report: BlockReport) -> None:
        self._send(report)


def work(connection: Connection, claim: Claim, options: Options) -> None:
    """The process of one chapter."""
    try:
        with stop_signals():
            connection.send(prove(claim, options, Messenger(connection.send)))
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # nobody waits for the answer any more


def run_in_processes(
    claims: Sequence[Claim], options: Options, audience: Audience
) -> list[ChapterReport]:
    """Prove each chapter in a process; two at a time for a processor, since pages often wait."""
    waiting = list(claims)
    running: dict[Connection, tuple[Claim, SpawnProcess]] = {}
    reports: list[ChapterReport] = []
    context = multiprocessing.get_context("spawn")
    try:
        while waiting or running:
            while waiting and len(running) < 2 * (os.cpu_count() or 1):
                claim = waiting.pop(0)
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=work, args=(theirs, claim, options))
                process.start()
                theirs.close()
                running[ours] = claim, process
            for connection in wait(list(running)):
                assert isinstance(connection, Connection)
                claim, process = running[connection]
                try:
                    message = connection.recv()
                except EOFError:
                    message = unread(claim, (Fault(claim.page, 1, "its run was broken off"),))
                match message:
                    case ChapterReport():
                        reports.append(message)
                        del running[connection]
                        connection.close()
                        process.join()
                        audience.proven(message)
                    case BlockReport():
                        audience.ended(claim.name, message)
                    case (str(step), int(line), str(subject)):
                        audience.begins(claim.name, step, line, subject)
    finally:
        for _, process in running.values():
            process.terminate()
        for connection, (_, process) in running.items():
            connection.close()
            process.join(GRACE)
            process.kill()
            process.join()
    return reports
