"""Proof of the proof: small lies are told about each chapter, and every one is caught.

A lie is judged by the same code as a page in `tutorial verify`, by the recording of a true run: see
tutorial.proof.replay. Where that can't tell, the lie's step is run: see tutorial.proof.rerun.

No lie is left out because it isn't caught. Left out is what isn't a lie, and by these rules alone:

- what the normalisers forgive: the test names them, and tells how often;
- a line of an output beside an elision, which stands for it;
- what a server printed before Ctrl-C: a page may leave it out, as long as it is no traceback;
- a kept line of a change: with fewer of them it still fits in one place, or is refused;
- a command that is gone together with its output: what is left may be as true as it was;
- of a section that starts anew, what its tests needn't notice: no snapshot holds what it builds,
  so the lies are those about outputs, commands and files' names, and a block that is gone;
- a block that wasn't run, since this machine lacks something: nobody knows whether it is true.

A command that is changed must be run: two of each page are. One that is gone, while its output
stays, is caught by the recording: the output is then compared with what another command printed, or
stands there without one.
"""

import functools
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.verify.conftest import claims, write
from tests.verify.test_runs import console, file
from tutorial.chapters import find_chapter
from tutorial.environments import prepare
from tutorial.interpreters import current
from tutorial.mutations import KINDS, Chapter, Lie, forgiving, tell
from tutorial.pages.page import parse_page
from tutorial.proof.claim import Claim, chapter_claims, other_claims
from tutorial.proof.replay import Recording, judge_text, recorded
from tutorial.proof.report import (
    ChapterReport,
    Mutations,
    read_chapter,
    write_mutations,
    write_report,
)
from tutorial.proof.rerun import Judge
from tutorial.proof.run import Options, Snapshot, lacking
from tutorial.proof.tree import read_tree
from tutorial.proof.verify import Audience, prove, verify
from tutorial.repository import ROOT

LEAST = 60
CHAPTERS = chapter_claims(ROOT)
OTHERS = other_claims(ROOT)
PAGE = "## Step\n\n" + (
    file("a.txt", "one\ntwo\n")
    + file("a.txt", " one\n-two\n+three\n", "diff")
    + console("$ cat a.txt", "one", "three")
    + console("$ echo b > b.txt; false", exit=1)
    + console("$ seq 9", "1", "...", "8", "9")
)
FILES = {"a.txt": "one\nthree\n", "b.txt": "b\n"}


@functools.cache
def reports(claims: Sequence[Claim]) -> dict[str, ChapterReport]:
    """The last verification of each page; of those that it isn't of as they are, a new one."""
    lacked = [claim for claim in claims if true_report(claim) is None]
    if lacked:
        options = Options(current(), lacking=lacking(current()))
        write_report(verify(lacked, options, Audience()), ROOT)
    found = {claim.name: true_report(claim) for claim in claims}
    assert all(found.values()), "lies can only be told of what is true: run `tutorial verify`"
    return {name: report for name, report in found.items() if report}


def true_report(claim: Claim) -> ChapterReport | None:
    """The report of a chapter that was found true, as it is now."""
    report = read_chapter(claim.root, claim.name)
    is_true = report and report.complete and not report.faults and report.inputs == claim.inputs()
    return report if is_true else None


def told_of(claim: Claim, report: ChapterReport) -> tuple[Chapter, Recording]:
    """A chapter that is true, and its recording."""
    page = parse_page(claim.page, claim.text())
    snapshot = Snapshot(claim.snapshot, read_tree(claim.root / claim.snapshot))
    run = frozenset(block.line for block in report.blocks if block.result == "passed")
    return Chapter(page, snapshot, run), recorded(page, report)


@pytest.mark.parametrize("claim", CHAPTERS, ids=lambda claim: claim.name)
def test_every_lie_is_caught(claim: Claim, capsys: pytest.CaptureFixture[str]) -> None:
    environment = prepare(find_chapter(claim.name), current()).folder
    tell_and_judge(claim, reports(tuple(CHAPTERS))[claim.name], environment, capsys)


@pytest.mark.parametrize("claim", OTHERS, ids=lambda claim: claim.name)
def test_every_lie_in_sections_is_caught(claim: Claim, capsys: pytest.CaptureFixture[str]) -> None:
    environment = claim.environment(current())
    tell_and_judge(claim, reports(tuple(OTHERS))[claim.name], environment, capsys)


def tell_and_judge(
    claim: Claim,
    report: ChapterReport,
    environment: Path | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Tell lies about a page, and write down how many of them are caught: all must be."""
    chapter, recording = told_of(claim, report)
    truth = judge_text(claim.page, chapter.page.text, chapter.snapshot, recording)
    assert (truth.faults, truth.departure) == ((), None)
    judge = Judge(
        chapter.page, recording, environment, Options(current(), lacking=lacking(current()))
    )
    lies, forgiven = tell(chapter)
    survivors = [lie for lie in lies if not judge.faults(lie.text, lie.snapshot)]
    with capsys.disabled():
        say_result(claim, lies, survivors, forgiven)
    write_mutations(
        ROOT,
        report,
        Mutations(len(lies), len(lies) - len(survivors), tuple(map(str, survivors))),
    )
    assert len(lies) >= LEAST
    assert [str(lie) for lie in survivors] == []


def say_result(claim: Claim, lies: list[Lie], survivors: list[Lie], forgiven: list[Lie]) -> None:
    """Say how many lies were caught; with LIES=1, each of them."""
    caught = len(lies) - len(survivors)
    print(f"\n{claim.page}: mutations caught: {caught} of {len(lies)}")
    names = Counter(name for lie in forgiven for name in lie.forgiven)
    if names:
        told = ", ".join(f"{name} ({number})" for name, number in sorted(names.items()))
        print(f"  left out, since a normaliser forgives it: {told}")
    for lie in lies if os.environ.get("LIES") else survivors:
        print(f"  {'SURVIVED' if lie in survivors else 'caught'} {lie}")


# How lies are told and judged


@pytest.fixture
def small(tmp_path: Path, options: Options) -> tuple[Chapter, Recording]:
    """A small chapter that is true, and its recording."""
    write(tmp_path, "docs/01-page.md", PAGE)
    for path, content in FILES.items():
        write(tmp_path, f"src/01-page/{path}", content)
    (claim,) = claims(tmp_path)
    report = prove(claim, options)
    assert report.faults == ()
    return told_of(claim, report)


def test_the_same_lies_are_told_each_time(small: tuple[Chapter, Recording]) -> None:
    chapter, _ = small
    first, second = tell(chapter), tell(chapter)
    assert first == second
    assert len({(lie.text, str(lie.snapshot)) for lie in first[0]}) == len(first[0])


def test_every_lie_about_a_small_page_is_caught(small: tuple[Chapter, Recording]) -> None:
    chapter, recording = small
    lies, _ = tell(chapter, quota=1000)
    caught = [judge_text(chapter.page.path, lie.text, lie.snapshot, recording) for lie in lies]
    assert [str(lie) for lie, one in zip(lies, caught, strict=True) if not one.faults] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_of_lie_changes_something(
    kind: Callable[..., list[Lie]], small: tuple[Chapter, Recording]
) -> None:
    chapter, _ = small
    for lie in kind(chapter, random.Random(1)):
        assert (lie.text, lie.snapshot) != (chapter.page.text, chapter.snapshot)
        assert lie.what
        assert lie.line > 0


def test_what_a_normaliser_forgives_is_named() -> None:
    assert forgiving(["1 passed in 0.1s"], ["1 passed in 0.2s"]) == ("duration",)
    assert forgiving(["1 passed in 0.1s"], ["2 passed in 0.1s"]) == ()
    assert forgiving(["x"], ["x"]) == ()


def judged(small: tuple[Chapter, Recording], old: str, new: str) -> list[tuple[int, str]]:
    """What is found to be untrue where the small page says something else."""
    chapter, recording = small
    assert PAGE.count(old) == 1
    text = PAGE.replace(old, new)
    faults = judge_text(chapter.page.path, text, chapter.snapshot, recording).faults
    return [(fault.line, fault.sentence) for fault in faults]


def test_an_output_is_judged_by_what_was_printed(small: tuple[Chapter, Recording]) -> None:
    assert judged(small, "one\nthree\n", "one\nthree \n") == [
        (13, "`cat a.txt` prints something else")
    ]
    assert judged(small, ' exit="1"', "") == [
        (18, "`echo b > b.txt; false` ends with status 1, not 0")
    ]


def test_a_file_is_judged_by_the_snapshot_and_not_by_what_commands_print_then(
    small: tuple[Chapter, Recording],
) -> None:
    assert judged(small, "+three", "+four") == [(7, "src/01-page/a.txt isn't as in the snapshot")]


def test_what_a_command_makes_is_missed_when_the_command_is_gone(
    small: tuple[Chapter, Recording],
) -> None:
    gone = console("$ echo b > b.txt; false", exit=1)
    assert judged(small, gone, "") == [
        (23, "src/01-page/b.txt is in the snapshot, but the page doesn't make it")
    ]


def test_what_nobody_knows_is_no_fault_but_is_told(small: tuple[Chapter, Recording]) -> None:
    chapter, recording = small
    text = PAGE.replace("$ seq 9", "$ seq 10")
    judgement = judge_text(chapter.page.path, text, chapter.snapshot, recording)
    assert judgement.faults == ()
    assert judgement.departure
    assert judgement.departure.block.line == 20
    assert sorted(judgement.departure.tree) == ["a.txt", "b.txt"]


def test_what_nobody_knows_is_run(
    small: tuple[Chapter, Recording], tmp_path: Path, options: Options
) -> None:
    chapter, recording = small
    judge = Judge(chapter.page, recording, None, options)
    text = PAGE.replace("$ seq 9", "$ seq 10")
    (fault,) = judge.faults(text, chapter.snapshot)
    assert (fault.line, fault.sentence) == (21, "`seq 10` prints something else")
    assert judge.runs == 2  # the lie, and the truth in the same way
    assert judge.faults(PAGE.replace("$ seq 9", "$ seq  9"), chapter.snapshot) == ()


def test_a_run_in_which_the_truth_fails_too_proves_nothing(
    tmp_path: Path, options: Options
) -> None:
    write(tmp_path, "docs/01-page.md", "## Step\n" + console("$ touch x.db", "$ ls *.db", "x.db"))
    (claim,) = claims(tmp_path)
    chapter, recording = told_of(claim, prove(claim, options))
    judge = Judge(chapter.page, recording, None, options)
    assert judge.faults(chapter.page.text, chapter.snapshot) == ()
    text = "## Step\n" + console("$ touch  y.db", "$ ls *.db", "x.db")
    assert judge.faults(text, chapter.snapshot)[0].line == 4
    write(tmp_path, "docs/01-page.md", chapter.page.text + console("$ ls *.db", "x.db"))
    chapter, recording = told_of(claim, prove(claim, options))
    judge = Judge(chapter.page, recording, None, options)
    text = chapter.page.text.replace("```console\n$ ls *.db", "```console\n$ ls  *.db")
    with pytest.raises(ValueError, match="the true page can't be run from here on"):
        judge.faults(text, chapter.snapshot)


def test_a_page_that_cant_be_read_is_found_untrue(small: tuple[Chapter, Recording]) -> None:
    assert judged(small, "```console\n$ cat", "```consol\n$ cat") == [
        (12, "unknown language 'consol'")
    ]
