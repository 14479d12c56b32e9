"""`tutorial diff` shows what changes; into a pipe it gives a patch that git applies."""

import itertools
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from tutorial.chapters import all_chapters
from tutorial.cli import app
from tutorial.patch import patches
from tutorial.proof.tree import TreeFile, read_tree
from tutorial.repository import ROOT
from tutorial.suite import NOT_INSTALLED

BEFORE = {
    "requirements.txt": b"apistar==0.1.17\n",
    "README.md": b"one\n",
    "a.py": b"x = 1\n\tif\ny = 2\n",
    "end.txt": b"no newline",
    "gone.py": b"1\n2\n",
    "same.py": b"same\n",
}
AFTER = {
    "requirements.txt": b"apistar==0.1.17\n",
    "README.md": b"two\n",
    "a.py": b"x = 1\n\tif\ny = 3\nz = 4\n",
    "end.txt": b"no newline still",
    "package/__init__.py": b"",
    "same.py": b"same\n",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small chapters."""
    for name, files in (("01-one", BEFORE), ("02-two", AFTER)):
        for path, content in files.items():
            target = tmp_path / "src" / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    (tmp_path / "src/02-two/__pycache__").mkdir()
    (tmp_path / "src/02-two/__pycache__/a.pyc").write_bytes(b"\0")
    monkeypatch.setattr("tutorial.commands.diff.ROOT", tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["diff", *arguments])


def test_each_file_has_its_counts_and_the_readme_comes_last(repository: Path) -> None:
    result = run("1", "02-two")
    assert result.exit_code == 0
    assert result.output.splitlines()[:7] == [
        "01-one to 02-two: 5 files (1 added, 3 changed, 1 removed), +4 -5 lines.",
        "  a.py  changed, +2 -1",
        "  end.txt  changed, +1 -1",
        "  gone.py  removed, +0 -2",
        "  package/__init__.py  added, +0 -0",
        "  README.md  changed, +1 -1",
        "",
    ]
    assert "same.py" not in result.output
    assert "__pycache__" not in result.output


def applied(patch: str, start: Path, work: Path) -> dict[str, TreeFile]:
    """What git makes of a copy of the folder with the patch."""
    shutil.copytree(start, work)
    subprocess.run(["git", "init", "-q", "."], cwd=work, check=True)
    subprocess.run(["git", "apply"], cwd=work, check=True, input=patch.encode())
    shutil.rmtree(work / ".git")
    return read_tree(work)


needs_git = pytest.mark.skipif(not shutil.which("git"), reason=f"{NOT_INSTALLED}git")


@needs_git
@pytest.mark.parametrize(("one", "other"), [("01-one", "02-two"), ("02-two", "01-one")])
def test_git_applies_what_is_piped(repository: Path, one: str, other: str) -> None:
    work = repository / "work"
    made = applied(run(one, other).output, repository / "src" / one, work)
    assert made == read_tree(repository / "src" / other)


@needs_git
def test_git_makes_each_real_chapter_of_the_one_before(tmp_path: Path) -> None:
    chapters = all_chapters()
    for one, other in itertools.pairwise(chapters):
        made = applied(run(one.number, other.number).output, one.folder, tmp_path / other.name)
        assert made == read_tree(other.folder)


def test_a_file_that_can_be_run_now_keeps_its_lines() -> None:
    before, after = {"run": TreeFile(b"x\n")}, {"run": TreeFile(b"x\n", True)}
    (patch,) = patches(before, after)
    assert list(patch.git_lines())[1:] == ["old mode 100644", "new mode 100755"]


def test_what_is_not_text_is_named_only() -> None:
    (patch,) = patches({"a.png": TreeFile(b"\xff\x00")}, {"a.png": TreeFile(b"\xff\x01")})
    assert list(patch.git_lines())[-1] == "Binary files a/a.png and b/a.png differ"
    assert (patch.added, patch.removed) == (0, 0)


def test_in_a_terminal_it_is_coloured(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make: Callable[[], Console] = lambda: Console(  # noqa: E731
        force_terminal=True, color_system="standard", highlight=False, width=80
    )
    monkeypatch.setattr("tutorial.commands.diff.make_console", make)
    output = run("1", "2").output
    assert "\x1b[32m+y = 3\x1b[0m" in output
    assert "\x1b[31m-y = 2\x1b[0m" in output
    assert "diff --git" not in output
    assert output.splitlines()[-1].count("5 files (1 added, 3 changed, 1 removed)") == 1


def test_a_chapter_does_not_differ_from_itself(repository: Path) -> None:
    result = run("2", "2")
    assert (result.exit_code, result.output) == (0, "02-two to 02-two: nothing changes.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["1", "9"], "There is no chapter '9'. The chapters are: 01-one, 02-two."),
        (["x", "1"], "There is no chapter 'x'."),
        (["1"], "Missing argument 'B'"),
        ([], "Missing argument 'A'"),
    ],
)
def test_misuse(repository: Path, arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())


def test_make_hands_the_chapters_over() -> None:
    assert '$(TUTORIAL) diff "$(FROM)" "$(TO)"' in (ROOT / "Makefile").read_text("utf-8")
