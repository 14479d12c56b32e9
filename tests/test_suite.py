"""`tutorial test` counts what ran, and calls nothing passed that didn't run."""

import io
import itertools
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tutorial.chapters import all_chapters
from tutorial.cli import app
from tutorial.commands import test as command
from tutorial.commands.test import choose
from tutorial.errors import TutorialError
from tutorial.interpreters import find_all
from tutorial.parts import all_parts, checks, own_tests
from tutorial.processes import Processes
from tutorial.suite import (
    NOT_INSTALLED,
    Part,
    Report,
    Result,
    Stage,
    UnavailableError,
    print_summary,
    require_all,
    run_part,
    run_parts,
)
from tutorial.tally import Tally


def passes(stage: Stage) -> Report:
    stage.say("all is well")
    return Report(Tally(passed=2))


def fails(stage: Stage) -> Report:
    stage.say("this is why")
    return Report(Tally(passed=1, failed=1))


def is_empty(stage: Stage) -> Report:
    return Report(Tally())


def is_unavailable(stage: Stage) -> Report:
    raise UnavailableError("There is no browser.")


def makes_a_mistake(stage: Stage) -> Report:
    raise TutorialError("The file is missing.")


@pytest.fixture
def stage() -> Stage:
    return Stage(Processes(), print)


@pytest.fixture
def pytest_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pytest load no plugins: importing them takes longer than small tests."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=120)


def ignore_sigint() -> None:
    """As a shell starts a job in the background of a script."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def run(*parts: Part, console: Console) -> list[Result]:
    return run_parts(parts, 2, console)


def test_results_come_in_the_order_of_the_parts_and_are_summed(console: Console) -> None:
    parts = [Part("a", passes), Part("b", fails), Part("c", is_unavailable), Part("d", passes)]
    results = run(*parts, console=console)
    assert [result.word for result in results] == ["passed", "failed", "not run", "passed"]
    print_summary(results, console)
    assert text(console).endswith("\n5 passed, 1 failed, 1 skipped\n")


def test_the_summary_names_what_did_not_run_and_why(console: Console) -> None:
    print_summary(run(Part("browser", is_unavailable), console=console), console)
    assert "browser: There is no browser." in text(console)


def test_the_summary_repeats_what_a_failed_part_said(console: Console) -> None:
    print_summary(run(Part("lint", fails), console=console), console)
    assert text(console).count("this is why") == 2


@pytest.mark.parametrize("run_it", [is_empty, makes_a_mistake])
def test_a_part_that_runs_nothing_has_failed(stage: Stage, run_it: object) -> None:
    result = run_part(Part("empty", run_it), stage)  # type: ignore[arg-type]
    assert result.word == "failed"


def test_a_part_that_runs_alone_has_the_machine_to_itself(console: Console) -> None:
    # Two that meet pass the barrier; one that waits there by itself has had nobody beside it.
    # Who must be there is waited for; who mustn't, for a moment.
    meeting = threading.Barrier(2)
    patience = 0

    def waits_for_another(stage: Stage) -> Report:
        try:
            meeting.wait(patience)
        except threading.BrokenBarrierError:
            return Report(Tally(passed=1))
        return Report(Tally(failed=1))

    def run_two(alone: bool) -> list[str]:
        nonlocal patience
        patience = 1 if alone else 60
        meeting.reset()
        parts = [Part(name, waits_for_another, alone=alone) for name in ("a", "b")]
        return [result.word for result in run(*parts, console=console)]

    assert run_two(alone=False) == ["failed", "failed"]
    assert run_two(alone=True) == ["passed", "passed"]


def test_ctrl_c_ends_the_run_whatever_it_is_at(console: Console) -> None:
    """The key is pressed at each call that the main thread makes, at another one in each run."""
    calls = pressed = 0
    before = signal.getsignal(signal.SIGINT)

    def press(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call" and signal.getsignal(signal.SIGINT) != before
        if calls > pressed:
            sys.setprofile(None)
            signal.raise_signal(signal.SIGINT)

    for pressed in itertools.count():
        calls = 0
        sys.setprofile(press)
        try:
            run(Part("a", passes), console=console)
        except KeyboardInterrupt:
            continue
        finally:
            sys.setprofile(None)
        if calls <= pressed:
            break
    assert pressed > 50


def test_a_part_that_runs_alone_waits_for_the_others(console: Console) -> None:
    order: list[str] = []

    def part(name: str, alone: bool) -> Part:
        def run_it(stage: Stage) -> Report:
            order.append(name)
            return Report(Tally(passed=1))

        return Part(name, run_it, alone=alone)

    results = run(part("alone", True), part("other", False), console=console)
    assert order == ["other", "alone"]
    assert [result.part.name for result in results] == ["alone", "other"]


@pytest.fixture
def two_parts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the parts that ran: there is one for every day, and one that isn't."""
    ran: list[str] = []

    def part(name: str, everyday: bool) -> Part:
        def run_it(stage: Stage) -> Report:
            ran.append(name)
            return Report(Tally(passed=1))

        return Part(name, run_it, everyday)

    parts = [part("lint", True), part("load", False)]
    monkeypatch.setattr(command, "all_parts", lambda chapters, pythons: parts)
    return ran


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["lint"]),
        (["--only", "load"], ["load"]),
        (["--only", "l"], ["lint", "load"]),
        (["--require-all"], ["lint", "load"]),
    ],
)
def test_a_part_that_is_not_for_every_day_runs_when_asked_for(
    two_parts: list[str], arguments: list[str], expected: list[str]
) -> None:
    done = CliRunner().invoke(app, ["test", *arguments])
    assert done.exit_code == 0
    assert sorted(two_parts) == expected


def test_the_summary_says_how_to_run_what_was_left_out(two_parts: list[str]) -> None:
    said = CliRunner().invoke(app, ["test"]).output
    assert re.search(r"^load +not run +0 +0 +1 ", said, re.M)
    assert said.endswith("\n1 passed, 0 failed, 1 skipped\n")
    assert "load: Not for every day. To run it: make test ONLY=load" in said


def test_what_must_run_and_does_not_has_failed(stage: Stage) -> None:
    skipped = run_part(Part("browser", is_unavailable), stage)
    passed = run_part(Part("lint", passes), stage)
    required = require_all([skipped, passed])
    assert [result.word for result in required] == ["failed", "passed"]
    assert required[0].report.notes == ["Had to run. There is no browser."]


@pytest.mark.parametrize(
    ("reason", "word"),
    [(f"{NOT_INSTALLED}a browser", "failed"), ("Windows has no SIGKILL", "passed")],
)
def test_tests_that_every_machine_could_run_are_not_left_out_where_all_must_run(
    stage: Stage, reason: str, word: str
) -> None:
    def some(_: Stage) -> Report:
        return Report(Tally(passed=3, skipped=2), [reason, reason])

    (result,) = require_all([run_part(Part("browser", some), stage)])
    assert result.word == word
    assert result.report.tally.passed == 3
    if word == "failed":
        assert result.report.notes == [f"Had to run. {reason}"]


def test_a_mistake_of_the_toolings_own_is_a_result_too(stage: Stage) -> None:
    def breaks(_: Stage) -> Report:
        raise FileNotFoundError("hadolint")

    result = run_part(Part("configuration", breaks), stage)
    assert result.word == "failed"
    assert result.report.notes == ["FileNotFoundError: hadolint"]
    assert any("Traceback" in line for line in result.tail)


def test_a_part_that_need_not_run_is_named_and_no_failure(stage: Stage) -> None:
    skipped = run_part(Part("containers", is_unavailable, required=False), stage)
    (result,) = require_all([skipped])
    assert result.word == "not run"
    assert result.report.notes == ["There is no browser."]


def test_a_check_passes_with_status_zero_alone(stage: Stage) -> None:
    python = Path(sys.executable).name
    report = checks(stage, (python, "-c", "pass"), (python, "-c", "raise SystemExit(1)"))
    assert report.tally == Tally(passed=1, failed=1)


@pytest.mark.usefixtures("pytest_alone")
def test_pytests_own_report_is_counted(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "test_all.py"
    file.write_text(
        """
import pytest

def test_good(): pass

def test_bad(): assert False

@pytest.fixture
def broken(): raise RuntimeError

def test_without_its_fixture(broken): pass

@pytest.mark.skip(reason="no engine")
def test_skipped(): pass

@pytest.mark.xfail
def test_expected(): assert False
""",
        "utf-8",
    )
    report = own_tests(stage, "--rootdir", tmp_path, file)
    assert report == Report(Tally(passed=2, failed=2, skipped=1), ["no engine"])


@pytest.mark.usefixtures("pytest_alone")
def test_figures_that_tests_record_are_notes(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "test_load.py"
    file.write_text(
        """
def test_load(record_testsuite_property, record_property):
    record_testsuite_property("tasks lost", 0)
    record_property("seconds", 20)
""",
        "utf-8",
    )
    report = own_tests(stage, "--rootdir", tmp_path, file)
    assert report == Report(Tally(passed=1), ["tasks lost: 0", "seconds: 20"])


@pytest.mark.usefixtures("pytest_alone")
@pytest.mark.parametrize("content", ["", "syntax error"])
def test_pytest_without_a_single_test_has_failed(
    stage: Stage, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "test_none.py"
    file.write_text(content, "utf-8")
    report = own_tests(stage, "--rootdir", tmp_path, file)
    assert report.tally == Tally(failed=1)


def test_parts_are_chosen_by_how_their_names_begin() -> None:
    parts = [Part(name, passes) for name in ("lint", "chapter-01", "chapter-02")]
    assert [part.name for part in choose(parts, ["chapter"])] == ["chapter-01", "chapter-02"]
    assert choose(parts, []) == parts
    parts.append(Part("lint-all", passes))
    assert [part.name for part in choose(parts, ["lint"])] == ["lint"]
    with pytest.raises(TutorialError, match=r"'chapter-7'.*lint, chapter-01"):
        choose(parts, ["lint", "chapter-7"])


def test_no_two_parts_have_one_name() -> None:
    names = [part.name for part in all_parts(all_chapters(), find_all())]
    assert len(names) == len(set(names))


@pytest.mark.skipif(sys.platform == "win32", reason="written for POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("preexec", [None, ignore_sigint], ids=["foreground", "background"])
def test_an_interrupted_run_says_so_and_ends_with_status_130(
    number: signal.Signals, preexec: Callable[[], object] | None
) -> None:
    tutorial = subprocess.Popen(
        [Path(sys.executable).parent / "tutorial", "test", "--only", "chapter-02"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=preexec,
    )
    assert tutorial.stdout is not None
    assert "The chapters run on" in tutorial.stdout.readline()
    assert "Preparing the environment" in tutorial.stdout.readline()
    tutorial.send_signal(number)
    said, complained = tutorial.communicate(timeout=30)
    assert "Stopped before the end." in said
    assert complained == ""
    assert tutorial.returncode == 130
