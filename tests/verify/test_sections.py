"""Pages whose sections start anew from a chapter: exercises, and errors that readers meet."""

import functools
from dataclasses import replace
from pathlib import Path

import pytest

from tests.verify.conftest import claims, write
from tests.verify.test_commands import report, repository, run
from tests.verify.test_runs import console, file
from tutorial import environments
from tutorial.mutations import SECTION_KINDS, Chapter, tell
from tutorial.pages.page import parse_page
from tutorial.proof.claim import Claim, all_claims, find_claim, with_pages_about
from tutorial.proof.replay import Recording, judge_text, recorded
from tutorial.proof.report import Report, read_chapter, write_report
from tutorial.proof.rerun import Judge
from tutorial.proof.run import Options, Snapshot
from tutorial.proof.tree import read_tree
from tutorial.proof.update import Edition, update
from tutorial.proof.verify import prove
from tutorial.site.verified import verified

__all__ = ["repository"]  # a fixture

CONNECT = 'import socket; print(socket.socket().connect_ex(("127.0.0.1", {port})))'
ANEW = "---\ntitle: Exercises\nsections_start_from: 01-one\n---\n\n"
CHAPTER = "## Step\n" + file("a.txt", "one\n") + file("run.sh", "exit\n", "sh", " executable")
PAGE = (
    f"{ANEW}# Exercises\n\n<!-- verified -->\n\n## First\n\n"
    + file("b.txt", "b\n")
    + console("$ echo x >> run.sh; sh run.sh; grep -c o a.txt; false", "1", exit=1)
    + "\n### Solved\n\n"
    + file("a.txt", "-one\n+two\n", "diff")
    + console("$ cat a.txt b.txt; wc -l run.sh", "two", "b", "2 run.sh")
    + "\n## Second\n\n"
    + console("$ ls -1", "a.txt", "run.sh")
    + file("a.txt", "-one\n+three\n", "diff")
    + console("$ cat a.txt; wc -l run.sh", "three", "1 run.sh")
)


@pytest.fixture
def page(tmp_path: Path) -> Claim:
    """A chapter, and a page with two sections that start from it."""
    write(tmp_path, "docs/01-one.md", CHAPTER)
    write(tmp_path, "src/01-one/a.txt", "one\n")
    write(tmp_path, "src/01-one/run.sh", "exit\n").chmod(0o755)
    write(tmp_path, "docs/exercises/one.md", PAGE)
    write(tmp_path, "docs/index.md", "# sections_start_from: 01-one\n")
    return find_claim("exercises/one", claims(tmp_path))


def test_each_section_starts_from_the_chapter(page: Claim, options: Options) -> None:
    found = prove(page, options)
    assert [str(fault) for fault in found.faults] == []
    assert found.complete
    assert found.starts_from == "01-one"
    assert found.counts.results == {"passed": 7}
    trees = [{path: found.contents[d] for path, (d, _) in s.tree.items()} for s in found.steps]
    assert trees == [
        {"a.txt": b"one\n", "b.txt": b"b\n", "run.sh": b"exit\nx\n"},
        {"a.txt": b"two\n", "b.txt": b"b\n", "run.sh": b"exit\nx\n"},
        {"a.txt": b"three\n", "run.sh": b"exit\n"},
    ]


def test_a_terminal_and_its_server_do_not_outlive_their_section(
    page: Claim, options: Options, port: int
) -> None:
    serve = f"SEEN=1; python -m http.server --bind 127.0.0.1 {port}"
    serving = console(f"$ {serve}", "...", port=port)
    asked = console(f"$ echo seen: $SEEN; python -c '{CONNECT.format(port=port)}'", "seen:", "111")
    write(page.root, page.page, f"{ANEW}## One\n{serving}## Two\n{asked}")
    assert [str(fault) for fault in prove(page, options).faults] == []


def test_a_lie_in_a_section_is_found(page: Claim, options: Options) -> None:
    write(page.root, page.page, PAGE.replace("three\n1 run.sh", "two\n1 run.sh"))
    (fault,) = prove(page, options).faults
    assert fault.sentence == "`cat a.txt; wc -l run.sh` prints something else"


def test_a_chapter_that_is_not_there_is_said(page: Claim, options: Options) -> None:
    write(page.root, page.page, PAGE.replace("01-one", "02-two"))
    (fault,) = prove(find_claim(page.name, claims(page.root)), options).faults
    assert fault.sentence == "the snapshot that the page begins with, src/02-two, isn't there"


def test_a_page_that_starts_from_no_chapter_is_no_claim(page: Claim) -> None:
    assert [claim.name for claim in all_claims(page.root)] == ["01-one", "exercises/one"]
    write(page.root, page.page, PAGE.replace("sections_start_from", "sections"))
    assert [claim.name for claim in all_claims(page.root)] == ["01-one"]


def test_a_chapter_is_found_by_its_number_and_a_page_by_its_name(page: Claim) -> None:
    every = all_claims(page.root)
    assert find_claim("1", every).name == "01-one"
    assert find_claim("exercises/one", every) == page
    assert with_pages_about([every[0]], every) == every
    assert with_pages_about([page], every) == [page]


def test_the_snapshot_counts_among_what_the_proof_depends_on(page: Claim) -> None:
    before = page.inputs()
    write(page.root, "src/01-one/a.txt", "One\n")
    assert page.inputs() != before


def test_the_pages_stand_beside_the_chapters_in_the_report(repository: Path, page: Claim) -> None:
    assert repository == page.root
    write(repository, page.page, PAGE.replace("b.txt; wc", "b.txt && wc"))
    (repository / "docs/02-two.md").unlink()
    result = run("verify", "1")
    assert "exercises/one: true. 7 blocks: 7 run" in result.output, result.output
    found = report(repository)
    assert [each["name"] for each in found["chapters"]] == ["01-one"]
    assert [each["name"] for each in found["pages"]] == ["exercises/one"]
    sentences = verified(repository)
    assert sentences["exercises/one"].startswith("7 blocks: 7 run. Verified on Python 3.")


def test_an_update_rewrites_outputs_and_no_snapshot(page: Claim, options: Options) -> None:
    write(page.root, page.page, PAGE.replace("three\n1 run.sh", "3"))
    editions: list[Edition] = []
    update(all_claims(page.root), options, editions.append)
    assert [edition.changed for edition in editions] == [[], ["docs/exercises/one.md"]]
    assert (page.root / page.page).read_text("utf-8") == PAGE
    assert (page.root / "src/01-one/a.txt").read_text("utf-8") == "one\n"


def test_an_update_of_a_chapter_goes_on_to_the_pages_about_it(
    repository: Path, page: Claim
) -> None:
    write(repository, "docs/01-one.md", CHAPTER.replace("one\n", "uno\n"))
    write(repository, "docs/02-two.md", "## Step\n" + file("a.txt", "-uno\n+two\n", "diff"))
    result = run("update", "1")
    assert result.exit_code == 1
    assert "02-two is brought up to date" in result.output
    line = PAGE[: PAGE.index("\n-one")].count("\n") + 2
    assert f"docs/exercises/one.md:{line}: a.txt: the file has no such lines" in result.output


# The packages


def test_a_section_has_the_chapters_packages_and_can_change_them(
    page: Claim, options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = functools.partial(environments.prepare, cache=tmp_path / "cache")
    monkeypatch.setattr(environments, "prepare", elsewhere)
    write(page.root, "src/01-one/requirements.txt", "iniconfig==2.3.1\n")
    version = "python -c 'import iniconfig; print(iniconfig.__file__)'"
    path = "/home/you/todo/.venv/lib/python3.13/site-packages/iniconfig/__init__.py"
    gone = console("$ python -m pip uninstall -q -y iniconfig", f"$ {version} 2>&1 | tail -1")
    gone = gone.replace("tail -1\n", "tail -1\nModuleNotFoundError: No module named 'iniconfig'\n")
    there = console(f"$ {version}", path)
    text = f"{ANEW}## One\n{there}{gone}## Two\n{there}"
    write(page.root, page.page, text)
    found = prove(page, replace(options, timeout=60))
    assert [str(fault) for fault in found.faults] == []
    environment = page.environment(options.interpreter)
    assert environment
    assert list(environment.rglob("iniconfig/__init__.py"))


# Lies about sections


@pytest.fixture
def small(page: Claim, options: Options) -> tuple[Chapter, Recording]:
    """The page, which is true, and its recording, through the report's file."""
    found = prove(page, options)
    write_report(Report("3.13.0", False, "2026-11-22T10:00:00+00:00", 1, (found,)), page.root)
    kept = read_chapter(page.root, page.name)
    assert kept
    snapshot = Snapshot(page.snapshot, read_tree(page.root / page.snapshot))
    parsed = parse_page(page.page, page.text())
    run_blocks = frozenset(block.line for block in kept.blocks)
    return Chapter(parsed, snapshot, run_blocks), recorded(parsed, kept)


def test_the_truth_is_found_true_by_its_recording(small: tuple[Chapter, Recording]) -> None:
    chapter, recording = small
    judgement = judge_text(chapter.page.path, PAGE, chapter.snapshot, recording)
    assert (judgement.faults, judgement.departure) == ((), None)


def test_every_lie_about_a_section_is_caught(
    small: tuple[Chapter, Recording], options: Options
) -> None:
    chapter, recording = small
    judge = Judge(chapter.page, recording, None, options)
    lies, _ = tell(chapter)
    kinds = {lie.kind for lie in lies}
    assert {"a file dropped", "a change dropped", "a file's name"} <= kinds
    assert [str(lie) for lie in lies if not judge.faults(lie.text, lie.snapshot)] == []
    assert 0 < judge.runs <= len(lies)


def test_no_lie_is_told_that_only_a_snapshot_could_give_away(
    small: tuple[Chapter, Recording],
) -> None:
    chapter, _ = small
    lies, _ = tell(chapter, quota=1000)
    assert len(SECTION_KINDS) > 10
    assert not [lie for lie in lies if "snapshot" in lie.kind or "listing" in lie.kind]
