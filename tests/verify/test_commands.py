"""What `tutorial verify` and `tutorial update` print, and how they end."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.verify.conftest import write
from tests.verify.test_runs import console, file
from tutorial.cli import app
from tutorial.interpreters import current
from tutorial.proof.report import FORMAT


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two chapters that are true."""
    first = "## Step\n" + file("a.txt", "one\n") + console("$ cat a.txt", "one")
    first += '```python shown="a sketch"\nx\n```\n' + console("$ x", needs="docker")
    write(tmp_path, "docs/01-one.md", first)
    write(tmp_path, "docs/02-two.md", "## Step\n" + file("a.txt", "-one\n+two\n", "diff"))
    write(tmp_path, "src/01-one/a.txt", "one\n")
    write(tmp_path, "src/01-one/README.md", "one\n")
    write(tmp_path, "src/02-two/a.txt", "two\n")
    monkeypatch.setattr("tutorial.commands.verify.ROOT", tmp_path)
    monkeypatch.setattr("tutorial.commands.update.ROOT", tmp_path)
    lacking = {"docker": "needs Docker: no engine answers"}
    monkeypatch.setattr("tutorial.commands.verify.lacking", lambda _: lacking)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def report(root: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((root / "build/verify/report.json").read_text("utf-8"))
    return data


def test_true_pages(repository: Path) -> None:
    result = run("verify")
    assert result.exit_code == 0, result.output
    assert (
        "01-one: true. 4 blocks: 2 run, 1 not run, 1 only shown; needs Docker: no engine"
        in result.output
    )
    assert "the page doesn't make README.md" in result.output
    assert "02-two: true. 1 block: 1 run" in result.output
    assert "The slowest blocks:" in result.output
    assert f"No lie on Python {current().version}, without Docker" in result.output


def test_the_report_holds_steps_results_and_trees(repository: Path) -> None:
    run("verify")
    data = report(repository)
    assert (data["format"], data["python"], data["docker"]) == (FORMAT, current().version, False)
    one, two = data["chapters"]
    assert one["counts"]["results"]["not run"] == 1
    assert [block["result"] for block in one["steps"][0]["blocks"]] == [
        "passed",
        "passed",
        "shown",
        "not run",
    ]
    digest, executable = two["steps"][0]["tree"]["a.txt"]
    assert executable is False
    assert (repository / "build/verify/objects" / digest).read_text("utf-8") == "two\n"
    assert one["verified"][0]["python"] == current().version


def test_what_was_verified_is_kept_until_it_changes(repository: Path) -> None:
    run("verify", "1")
    run("verify", "2")
    chapters = report(repository)["chapters"]
    assert [chapter["name"] for chapter in chapters] == ["01-one", "02-two"]
    write(repository, "src/01-one/a.txt", "uno\n")
    run("verify", "1")
    one, two = report(repository)["chapters"]
    assert one["verified"] == []
    assert two["verified"] != []


def test_a_lie(repository: Path) -> None:
    write(repository, "docs/01-one.md", "## Step\n" + file("a.txt", "uno\n"))
    result = run("verify")
    assert result.exit_code == 1
    assert "docs/01-one.md:2: src/01-one/a.txt isn't as in the snapshot" in result.output
    assert "    -one\n    +uno\n" in result.output
    assert "1 lie on Python" in result.output


def test_one_chapter(repository: Path) -> None:
    result = run("verify", "02")
    assert result.exit_code == 0
    assert "01-one:" not in result.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["verify", "9"], "There is no chapter '9'. The chapters are: 01-one, 02-two."),
        (["update", "9"], "There is no chapter '9'"),
        (["verify", "--python", "3.8"], "The chapters don't run on Python 3.8"),
        (["verify", "--timeout", "0"], "Invalid value for '--timeout'"),
        (["verify", "--nonsense"], "nonsense"),
    ],
)
def test_misuse(repository: Path, arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_what_could_not_be_kept_is_not_begun(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, may = repository / "build/verify", os.access

    def access(path: object, mode: int) -> bool:  # who is root may always write
        return path != folder and may(str(path), mode)

    monkeypatch.setattr(os, "access", access)
    result = run("verify")
    assert result.exit_code == 1
    assert result.output == f"tutorial: You may not write to {folder}, where the result is kept.\n"


def test_a_page_that_may_not_be_written_is_named(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "docs/01-one.md")

    monkeypatch.setattr("tutorial.commands.update.update_claims", refuse)
    result = run("update")
    assert result.exit_code == 1
    assert result.output == "tutorial: docs/01-one.md: Permission denied\n"


def test_pages_are_not_run_without_what_they_type(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutorial.commands.verify.shutil.which", lambda _: None)
    result = run("verify")
    assert result.exit_code == 1
    assert "The pages type curl, which isn't installed here." in result.output


def test_an_update(repository: Path) -> None:
    assert "01-one is up to date." in run("update").output
    write(repository, "docs/02-two.md", "## Step\n" + console("$ cat a.txt"))
    result = run("update", "2")
    assert result.exit_code == 0
    assert "02-two is brought up to date:\n  docs/02-two.md\n  src/02-two/a.txt\n" in result.output


def test_an_update_that_stops(repository: Path) -> None:
    write(repository, "docs/01-one.md", "## Step\n" + file("a.txt", "uno\n"))
    result = run("update")
    assert result.exit_code == 1
    assert "docs/02-two.md:3: a.txt: the file has no such lines" in result.output
    assert "docs/02-two.md and what follows it is left as it was." in result.output


@pytest.mark.parametrize("command", ["verify", "update"])
def test_help(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "CHAPTER" in result.output
    assert "exit status" in result.output
