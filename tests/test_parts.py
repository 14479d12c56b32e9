"""What the parts of `tutorial test` take from outside, and what they count."""

import re
from pathlib import Path
from typing import Any

import pytest

from tutorial import parts
from tutorial.chapters import Chapter, all_chapters, find_chapter
from tutorial.interpreters import Interpreter, current
from tutorial.postgres import PostgresError
from tutorial.processes import Processes
from tutorial.repository import ROOT
from tutorial.suite import Report, Stage, UnavailableError
from tutorial.tally import Tally


@pytest.fixture
def stage() -> Stage:
    return Stage(Processes(), print)


@pytest.fixture
def handed_in(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The database URLs that are handed to a chapter's tests, which don't run."""
    urls = []

    def chapter_tests(
        chapter: Chapter, python: Interpreter, stage: Stage, database_url: str | None = None
    ) -> Report:
        urls.append(database_url)
        return Report(Tally(passed=1))

    monkeypatch.setattr(parts, "chapter_tests", chapter_tests)
    return urls


def test_a_server_is_started_and_handed_in(
    stage: Stage, handed_in: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    parts.chapter_tests_on_postgresql(find_chapter("3"), current(), stage)
    assert handed_in[0] is not None
    assert handed_in[0].startswith("postgresql+psycopg2://postgres@127.0.0.1:")


def test_a_database_of_the_users_own_is_handed_in_instead(
    stage: Stage, handed_in: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql+psycopg2://me@localhost/mine")
    monkeypatch.setattr(parts, "postgres_server", None)
    parts.chapter_tests_on_postgresql(find_chapter("3"), current(), stage)
    assert handed_in == ["postgresql+psycopg2://me@localhost/mine"]


def test_where_there_is_no_postgresql_the_reason_is_given(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_server() -> None:
        raise PostgresError("No binaries for this system.")

    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(parts, "postgres_server", no_server)
    with pytest.raises(UnavailableError, match="No binaries"):
        parts.chapter_tests_on_postgresql(find_chapter("3"), current(), stage)


def test_tests_that_are_a_part_by_themselves_run_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def own_tests(stage: Stage, *arguments: str | Path) -> Report:
        asked.extend(map(str, arguments))
        return Report(Tally(passed=1))

    monkeypatch.setattr(parts, "own_tests", own_tests)
    parts.tooling(stage)
    for path in parts.PARTS_BY_THEMSELVES:
        assert f"--ignore={path}" in asked


def test_contributors_are_told_of_each_part_by_its_name() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    table = text.partition("| part | what a failure says |\n|---|---|\n")[2].partition("\n\n")[0]
    told = {
        name
        for line in table.splitlines()
        for name in re.findall("`([^`]+)`", line.partition(" | ")[0])
    }
    names = {part.name for part in parts.all_parts(all_chapters(), [current()])}
    short = {re.sub(r"-py3.*", "", name) for name in names}
    assert {re.sub(r"(?<=^chapter-)\d\d$", "NN", name) for name in short} == told


def chapter_report(*results: str, faults: int = 0) -> dict[str, Any]:
    """As much of a chapter in the verification's report as is counted."""
    blocks = [{"result": result, "reason": "needs Docker"} for result in results]
    return {
        "page": "docs/01-hello-world.md",
        "counts": {"results": {result: results.count(result) for result in results}},
        "faults": [{}] * faults,
        "steps": [{"blocks": blocks}],
    }


def test_blocks_that_ran_are_tests_and_those_shown_are_not() -> None:
    report = parts.count_blocks([chapter_report("passed", "shown", "passed"), chapter_report()])
    assert report == Report(Tally(passed=2))


def test_blocks_that_could_not_run_are_named_with_their_reason() -> None:
    report = parts.count_blocks([chapter_report("passed", "not run", "not run")])
    assert report.tally == Tally(passed=1, skipped=2)
    assert report.notes == ["docs/01-hello-world.md: 2 blocks: needs Docker"]


def test_a_page_is_untrue_even_where_each_of_its_blocks_is_true() -> None:
    assert parts.count_blocks([chapter_report("passed", faults=1)]).tally == Tally(1, 1)
    assert parts.count_blocks([chapter_report("failed", faults=1)]).tally == Tally(failed=1)
