"""`tutorial check` tells a reader where their folder stands, and changes nothing in it."""

import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.verify.conftest import write
from tests.verify.test_runs import console, file
from tests.waiting import eventually
from tutorial.cli import app
from tutorial.course import Course, Milestone
from tutorial.environments import Environment
from tutorial.forgiveness import IGNORED, forgiven, small_diff
from tutorial.interpreters import current
from tutorial.progress import standing
from tutorial.proof.claim import all_claims
from tutorial.proof.report import Report, now, write_report
from tutorial.proof.run import Options
from tutorial.proof.tree import LEFTOVERS, made, read_tree
from tutorial.proof.verify import prove
from tutorial.repository import ROOT
from tutorial.tally import Tally
from tutorial.trial import Trial

CODE = '"""Sums."""\n\n\ndef add(a, b):\n    return 0\n'
GREEN = " def add(a, b):\n-    return 0\n+    return a + b\n"
TESTS = "from code_ import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
PYTEST = (
    "$ pytest() { echo 'FAILED tests/test_code.py::test_add - assert'; return 1; }",
    "$ pytest -q",
    "FAILED tests/test_code.py::test_add - assert",
)
INI = "[pytest]\npythonpath = .\n"

ONE = (
    "# 1. One\n\n## Begin\n\n"
    + console("$ true")
    + "\n## Write\n\n"
    + file("requirements.txt", "apistar==0.1.17\n")
    + file("app.txt", "one\n")
)
TWO = (
    "# 2. Two\n\n## Look\n\n"
    + console("$ cat app.txt", "one")
    + "\n## Red\n\n"
    + file("code_.py", CODE, "python")
    + file("pytest.ini", INI, "ini")
    + file("tests/test_code.py", TESTS, "python")
    + console(*PYTEST, exit=1)
    + "\n## Green\n\n"
    + file("code_.py", GREEN, "diff")
    + console("$ rm app.txt")
    + file("notes.cfg", "[a]\nb = 1\n", "ini")
    + "\n## Rest\n\n"
    + console("$ true")
)


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small chapters whose pages have been run."""
    root = tmp_path_factory.mktemp("repository")
    pages = {"01-one": ONE, "02-two": TWO}
    write(root, "src/01-one/requirements.txt", "apistar==0.1.17\n")
    write(root, "src/01-one/app.txt", "one\n")
    write(root, "src/02-two/requirements.txt", "apistar==0.1.17\n")
    write(root, "src/02-two/code_.py", CODE.replace("return 0", "return a + b"))
    write(root, "src/02-two/pytest.ini", INI)
    write(root, "src/02-two/tests/test_code.py", TESTS)
    write(root, "src/02-two/notes.cfg", "[a]\nb = 1\n")
    write(root, "src/02-two/README.md", "# Two\n")
    for name, page in pages.items():
        write(root, f"docs/{name}.md", page)
    chapters = tuple(prove(claim, Options(current())) for claim in all_claims(root))
    assert [str(fault) for chapter in chapters for fault in chapter.faults] == []
    write_report(Report(current().version, False, now(), 0, chapters), root)
    return root


@pytest.fixture
def repository(proven: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The two chapters, for the command."""
    monkeypatch.setattr("tutorial.commands.check.ROOT", proven)
    run_in_own_environment(monkeypatch)
    return proven


def run_in_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let chapters' tests run in the tooling's environment, with pytest alone, as in theirs."""
    own = Environment(Path(sys.prefix))
    monkeypatch.setattr("tutorial.commands.check.environments.prepare", lambda *_: own)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def finished(repository: Path, tmp_path: Path) -> Path:
    """A reader's folder that is the finished second chapter."""
    folder = tmp_path / "todo"
    shutil.copytree(repository / "src/02-two", folder)
    return folder


@pytest.fixture
def tested(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chapter's tests pass, without being run."""
    passed = Trial(Tally(passed=1))
    monkeypatch.setattr("tutorial.commands.check.try_tests", lambda *_: passed)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def red(folder: Path) -> Path:
    """The folder as it is at the end of the step `Red`."""
    write(folder, "app.txt", "one\n")
    write(folder, "code_.py", CODE)
    (folder / "notes.cfg").unlink()
    return folder


def line_of(text: str) -> int:
    """The line of the second page that has this text."""
    return TWO[: TWO.index(text)].count("\n") + 1


# Where the folder stands


def test_the_finished_chapter(finished: Path) -> None:
    result = run(2, finished)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "You have finished chapter 2, all 4 steps: every file is as it should be.",
        "Step 4 changes no file: go through it if you haven't yet.",
        "Tests: 1 passed.",
        "Not looked at: README.md.",
        "That was the last chapter.",
    ]


def test_after_the_finished_chapter_comes_the_next(repository: Path) -> None:
    result = run("01-one", repository / "src/01-one")
    assert "Next: docs/02-two.md." in result.output


def test_a_chapter_without_tests_is_not_called_tested(repository: Path) -> None:
    result = run(1, repository / "src/01-one")
    assert "Tests: none yet at this step." in result.output


def test_what_the_chapter_begins_with_is_the_step_that_changes_nothing(repository: Path) -> None:
    result = run(2, repository / "src/01-one")
    assert result.exit_code == 1
    assert 'You have finished step 1 of 4, "Look": every file' in result.output
    assert f'Next: step 2, "Red", docs/02-two.md:{line_of("## Red")}.' in result.output


def test_a_step_that_ends_red_is_red_as_it_should_be(finished: Path) -> None:
    result = run(2, red(finished))
    assert result.exit_code == 1
    assert 'You have finished step 2 of 4, "Red"' in result.output
    assert "Tests: 1 failed, 0 passed, as the page has it here: red before green." in result.output
    assert f'Next: step 3, "Green", docs/02-two.md:{line_of("## Green")}.' in result.output


def test_the_middle_of_a_step(finished: Path) -> None:
    write(red(finished), "code_.py", CODE.replace("return 0", "return a + b"))
    result = run(2, finished)
    assert result.exit_code == 1
    block = line_of(GREEN) - 1
    assert (
        f'You are in step 3 of 4, "Green". Up to the block at docs/02-two.md:{block}, every file'
        in result.output
    )
    assert f"Next: remove app.txt, docs/02-two.md:{line_of('$ rm app.txt') - 1}." in result.output


def test_an_environment_alone_is_how_the_first_chapter_begins(
    repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "todo/.venv").mkdir(parents=True)
    result = run(1, tmp_path / "todo")
    assert result.exit_code == 1
    assert 'You have finished step 1 of 2, "Begin"' in result.output


# What isn't as it should be


def test_a_typo_is_shown_in_a_small_diff(finished: Path) -> None:
    write(finished, "code_.py", CODE.replace("return 0", "return a - b"))
    result = run(2, finished)
    assert result.exit_code == 1
    assert "Your folder comes closest to the finished chapter 2. One file differs" in result.output
    assert "code_.py, from the page's (-) to yours (+):" in result.output
    assert "\n  -    return a + b\n  +    return a - b\n" in result.output
    assert "Tests: 1 failed, 0 passed:\n  tests/test_code.py::test_add\n" in result.output
    place = f"docs/02-two.md:{line_of(GREEN) - 1}"
    assert f"Next: make the lines above in code_.py as {place} has them, and check" in result.output


def test_what_python_cannot_read_is_said_with_its_line(finished: Path) -> None:
    write(finished, "code_.py", CODE.replace("return 0", "return (a + b"))
    result = run(2, finished)
    assert "Python can't read it: line 5: '(' was never closed." in result.output
    assert "Tests: they can't begin: SyntaxError: '(' was never closed." in result.output


@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [("utf-16", "It is saved as UTF-16"), ("latin-1", "It isn't saved as UTF-8")],
)
def test_another_encoding_is_named(finished: Path, encoding: str, sentence: str) -> None:
    (finished / "notes.cfg").write_bytes("[a]\nb = é\n".encode(encoding))
    assert sentence in run(2, finished).output


@pytest.mark.usefixtures("tested")
def test_a_plus_of_the_page_is_no_part_of_a_line(finished: Path) -> None:
    said = "A + on the page marks a line as new, and is no part of it."
    write(finished, "code_.py", CODE.replace("    return 0", "+    return a + b"))
    assert said in run(2, finished).output
    write(finished, "code_.py", CODE.replace("    return 0", "    return ("))
    assert said not in run(2, finished).output


def test_it_is_said_that_no_test_was_run(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutorial.commands.check.try_tests", lambda *_: Trial(Tally()))
    assert "Tests: none was run." in run(2, finished).output


def test_whose_tests_have_passed_is_said(finished: Path) -> None:
    (finished / "pytest.ini").unlink()
    assert "Tests: 1 passed, with the tests as the page has them." in run(2, finished).output


def test_a_missing_file_is_missing_however_long_it_is(finished: Path) -> None:
    (finished / "code_.py").rename(finished / "code.py")
    result = run(2, finished)
    assert result.exit_code == 1
    assert "code_.py is missing: docs/02-two.md:" in result.output
    assert "Is it your code.py? Its name is not the page's." in result.output


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("def f7(a):", "def f7(a:").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("return", "return not").encode(),
    ],
    ids=["syntax", "encoding", "each function"],
)
def test_one_long_file_leads_no_folder_back_to_an_earlier_step(
    change: Callable[[str], bytes],
) -> None:
    text = "".join(f"def f{n}(a):\n    # {n}\n    return 'text {n}'\n\n\n" for n in range(50))
    start = {"app.py": b"x = 1\n"}
    end = {**start, "long.py": text.encode()}
    steps = (("Begin", 1), ("Write", 9))
    course = Course(1, "docs/01.md", steps, (Milestone(1, 1, start), Milestone(2, 9, end)))
    found = standing(course, {**start, "long.py": change(text)})
    assert found.milestone is course.finish
    assert [each.path for each in found.deviations] == ["long.py"]


@pytest.mark.usefixtures("tested")
def test_a_file_in_another_folder_is_taken_for_the_one_that_is_missing(finished: Path) -> None:
    (finished / "tests/test_code.py").rename(finished / "test_code.py")
    result = run(2, finished)
    made_at = line_of(TESTS) - 1
    assert f"tests/test_code.py is missing: docs/02-two.md:{made_at} makes it." in result.output
    assert "Is it your test_code.py? Its name is not the page's." in result.output


def test_what_is_missing_is_made_where_the_page_first_has_it(finished: Path) -> None:
    (finished / "code_.py").unlink()
    made_at = line_of(CODE) - 1
    assert f"code_.py is missing: docs/02-two.md:{made_at} makes it." in run(2, finished).output


def test_a_file_that_the_page_removes_is_still_there(finished: Path) -> None:
    write(finished, "app.txt", "one\n")
    result = run(2, finished)
    assert "app.txt is still there: the page has removed it by then." in result.output
    assert "Next: remove app.txt, and check again." in result.output


@pytest.mark.usefixtures("tested")
def test_a_file_of_a_later_step_is_there_already(repository: Path, tmp_path: Path) -> None:
    write(tmp_path, "todo/requirements.txt", "apistar==0.1.17\n")
    write(tmp_path, "todo/app.txt", "one\n")
    write(tmp_path, "todo/notes.cfg", "something else\n")
    result = run(2, tmp_path / "todo")
    assert "comes closest to the end of step 1 of 4" in result.output
    assert "notes.cfg is there already: it belongs to a later step." in result.output
    assert "Next: take notes.cfg away, or go on to the step that makes it" in result.output
    assert 'After that: step 2, "Red"' in result.output


@pytest.mark.usefixtures("tested")
def test_the_other_files_that_differ_are_named(finished: Path) -> None:
    write(finished, "code_.py", CODE.replace("return 0", "return a * b"))
    write(finished, "notes.cfg", "[a]\nb = 2\n")
    result = run(2, finished)
    assert "2 files differ from it.\n\ncode_.py, from the page's" in result.output
    assert "Then: notes.cfg differs." in result.output


@pytest.mark.usefixtures("tested")
def test_what_the_chapter_begins_with_is_mended_from_there(finished: Path) -> None:
    write(finished, "requirements.txt", "apistar==0.1.16\n")
    result = run(2, finished)
    assert "Next: make the lines above in requirements.txt as src/01-one has them" in result.output


def test_formatting_hides_no_typo(finished: Path) -> None:
    text = "".join(f"def f{n}(a):\n    return 'text {n}'\n" for n in range(30))
    found = text.replace("'", '"').replace("text 7", "txet 7")
    diff = small_diff("a.py", text.encode(), found.encode())
    assert diff[0] == "(without comments and formatting)"
    assert [line for line in diff if line[0] in "+-"] == [
        "-    return 'text 7'",
        "+    return 'txet 7'",
    ]


def test_a_test_that_never_ends_is_stopped(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutorial.trial.LIMIT", 1.0)
    write(finished, "code_.py", "import time\n\n\ndef add(a, b):\n    time.sleep(60)\n")
    result = run(2, finished)
    assert result.exit_code == 1
    assert "and were stopped: does something wait, or never end?" in result.output


def test_the_readers_own_tests_are_not_the_chapters(finished: Path) -> None:
    write(finished, "tests/test_mine.py", "def test_mine():\n    assert False\n")
    result = run(2, finished)
    assert result.exit_code == 0
    assert "Tests: 1 passed." in result.output
    assert "Yours, and no part of the chapter: tests/test_mine.py." in result.output


# What is forgiven

Change = Callable[[bytes], bytes]


@pytest.mark.usefixtures("tested")
@pytest.mark.parametrize(
    ("path", "change", "word"),
    [
        ("code_.py", lambda b: b.replace(b"\n", b"\r\n"), "Windows line ends (code_.py)"),
        ("notes.cfg", lambda b: b.replace(b"\n", b"\r\n"), "Windows line ends (notes.cfg)"),
        ("notes.cfg", lambda b: b.rstrip(b"\n"), "the line end at the end of the file"),
        ("notes.cfg", lambda b: b + b"\n\n", "the line end at the end of the file"),
        ("code_.py", lambda b: b.rstrip(b"\n"), "the line end at the end of the file"),
        ("notes.cfg", lambda b: b.replace(b"\n", b" \t\n"), "white space at the ends of lines"),
        ("code_.py", lambda b: b.replace(b":\n", b":  \n"), "white space at the ends of lines"),
        ("code_.py", lambda b: b"\xef\xbb\xbf" + b, "a byte order mark"),
        ("notes.cfg", lambda b: b"\xef\xbb\xbf" + b, "a byte order mark"),
        ("code_.py", lambda b: b.replace(b"    ", b"\t"), "comments and formatting"),
        ("code_.py", lambda b: b"# mine\n" + b, "comments and formatting"),
        ("code_.py", lambda b: b.replace(b"a + b", b"(a+b)"), "comments and formatting"),
        ("code_.py", lambda b: b.replace(b'"""', b"'"), "comments and formatting"),
    ],
)
def test_what_does_not_matter_in_a_file_is_forgiven_and_said(
    finished: Path, path: str, change: Change, word: str
) -> None:
    target = finished / path
    target.write_bytes(change(target.read_bytes()))
    result = run(2, finished)
    assert result.exit_code == 0, result.output
    (line,) = (line for line in result.output.splitlines() if line.startswith("Forgiven:"))
    assert word in line


@pytest.mark.usefixtures("tested")
@pytest.mark.parametrize(
    "path",
    [
        *(".venv/bin/python", "venv/x", "env/x", "__pycache__/x.pyc", ".pytest_cache/x"),
        *("todo.db", ".git/HEAD", ".vscode/settings.json", ".idea/x", ".code_.py.swp"),
        *(".DS_Store", "Thumbs.db", "my-environment/pyvenv.cfg", "README.md"),
    ],
)
def test_what_tools_leave_is_not_looked_at(finished: Path, path: str) -> None:
    write(finished, path, "anything")
    result = run(2, finished)
    assert result.exit_code == 0, result.output
    (line,) = (line for line in result.output.splitlines() if line.startswith("Not looked at:"))
    assert path.split("/")[0] in line


@pytest.mark.parametrize(
    ("path", "expected", "found"),
    [
        ("a.py", b"x = 1\n", b"x = 2\n"),
        ("a.py", b'x = "a"\n', b'x = "a "\n'),
        ("a.py", b'x = """a\nb"""\n', b'x = """a \nb"""\n'),
        ("a.py", b"if x:\n    y\n    z\n", b"if x:\n    y\nz\n"),
        ("a.txt", b"a b\n", b"a  b\n"),
        ("a.txt", b"a\n", b"# a\na\n"),
        ("a.py", b"x = 1\n", b"x = = 1\n"),
        ("a.py", b"x = 1\n", b"x = 1\0\n"),
    ],
)
def test_what_matters_is_not_forgiven(path: str, expected: bytes, found: bytes) -> None:
    assert forgiven(path, expected, found) is None


# What can't be checked


def test_folders_with_nothing_to_check(repository: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    only_tools = tmp_path / "only"
    write(only_tools, ".venv/x", "")
    other = tmp_path / "other"
    write(other, "letter.txt", "Dear")
    above = tmp_path / "above"
    write(above, "todo/code_.py", CODE)
    write(above, "todo/letters/letter.txt", "Dear")
    begin = 'Begin with docs/02-two.md:3, "Look", in a copy of src/01-one'
    for folder, sentence in [
        (tmp_path / "nowhere", f"{tmp_path / 'nowhere'} isn't there. Is the path right?"),
        (other / "letter.txt", f"is a file. Give the folder that it is in: {other}"),
        (empty, f"{empty} holds nothing yet. {begin}; then check again."),
        (only_tools, f"{only_tools} holds nothing but .venv. {begin}; then check again."),
        (other, f"{other} holds no file of chapter 2: is it the folder that you work in? {begin}"),
        (above, f"but its folder todo does. Check that one: {above / 'todo'}"),
        (above / "todo/letters", f"the folder around it does. Check that one: {above / 'todo'}"),
        (repository, f"{repository} is the tutorial itself. Give the folder that you work in."),
        (tmp_path / ("x" * 300), "can't be read: File name too long."),
        ("~nobody-of-this-name/x", "~nobody-of-this-name/x isn't there. Is the path right?"),
    ]:
        result = run(2, folder)
        assert result.exit_code == 2, result.output
        assert sentence in result.output
        assert result.output.startswith("tutorial: ")


def test_a_folder_of_a_later_chapter_is_no_wrong_one_of_this_chapter(finished: Path) -> None:
    write(finished, "app.txt", "two\n")
    result = run(1, finished)
    assert result.exit_code == 2
    files = "code_.py, notes.cfg, pytest.ini, tests/test_code.py"
    assert f"{finished} has begun chapter 2: it holds {files}. " in result.output
    assert f"CHAPTER=02, or `tutorial check 02 {finished}`." in result.output


def test_a_file_of_a_later_chapter_spoils_no_finished_chapter(
    repository: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "one"
    shutil.copytree(repository / "src/01-one", folder)
    write(folder, "code_.py", CODE)
    result = run(1, folder)
    assert result.exit_code == 1  # it has no tests
    assert "You have finished chapter 1" in result.output


def test_a_relative_path_is_said_with_where_it_begins(repository: Path) -> None:
    assert f"You are in {Path.cwd()}." in run(2, "nowhere-at-all").output


@pytest.mark.usefixtures("tested")
def test_a_tilde_is_the_readers_home(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert run(2, "~/todo").exit_code == 0


def test_a_file_that_cannot_be_read_is_named(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("tutorial.readers_folder.content", refuse)
    result = run(2, finished)
    assert result.exit_code == 2
    assert f"{finished / 'code_.py'} can't be read: Permission denied." in result.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["9", "."], "There is no chapter '9'. The chapters are: 01-one, 02-two."),
        (["2"], "Missing argument 'DIR'"),
        ([], "Missing argument 'CHAPTER'"),
    ],
)
def test_misuse(repository: Path, arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())


def make(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Call make, as if no other make had called the tests."""
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env={**environment, **variables},
        capture_output=True,
        text=True,
    )


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


@needs_make
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "DIR=x"], "make check CHAPTER=02 DIR=~/todo"),
        (["check", "CHAPTER=02"], "make check CHAPTER=02 DIR=~/todo"),
        (["diff", "FROM=02"], "make diff FROM=02 TO=03"),
    ],
)
def test_make_says_what_it_lacks_in_its_own_words(arguments: list[str], sentence: str) -> None:
    done = make(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Usage" not in done.stderr


@needs_make
def test_make_takes_no_option_from_the_environment() -> None:
    what_would_run = ["--dry-run", "--assume-old", ".venv/complete", "test"]
    set_for_others = {"PYTHON": "/usr/bin/python3", "ONLY": "x"}
    for given, options in [([], []), (["PYTHON=3.12"], ["--python", "3.12"])]:
        done = make(*what_would_run, *given, **set_for_others)
        assert done.stdout.split() == [".venv/bin/tutorial", "test", *options]


def test_what_running_a_chapter_leaves_is_not_looked_at() -> None:
    assert LEFTOVERS.keys() <= {*IGNORED}


# What it leaves alone, and what it needs


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything in a folder, with when it was changed."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [folder, *folder.rglob("*")]
    }


def test_nothing_of_the_readers_is_changed(finished: Path) -> None:
    # This would write where it runs, and beside its sources.
    write(finished, "code_.py", "open('made.txt', 'w').close()\n" + CODE)
    write(finished, ".venv/x", "")
    before = state(finished)
    assert run(2, finished).exit_code == 1
    assert state(finished) == before


@pytest.fixture
def unproven(proven: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same chapters, and the second page has been edited since it was run."""
    root = tmp_path / "repository"
    shutil.copytree(proven, root)
    page = (root / "docs/02-two.md").read_text("utf-8")
    write(root, "docs/02-two.md", page + "\nEdited.\n")
    monkeypatch.setattr("tutorial.commands.check.ROOT", root)
    run_in_own_environment(monkeypatch)
    return root


def test_a_page_that_has_changed_is_run_once(unproven: Path) -> None:
    said = "docs/02-two.md has to be run once. That takes about a minute."
    first = run(2, unproven / "src/02-two")
    assert first.exit_code == 0, first.output
    assert said in first.output
    assert said not in run(2, unproven / "src/02-two").output


@pytest.mark.usefixtures("tested")
def test_a_report_whose_files_are_gone_is_made_again(unproven: Path) -> None:
    shutil.rmtree(unproven / "build")
    assert "has to be run once" in run(2, unproven / "src/02-two").output


def test_a_page_that_is_not_true_is_no_fault_of_the_readers(unproven: Path) -> None:
    write(unproven, "docs/02-two.md", TWO.replace("return a + b", "return a * b"))
    result = run(2, unproven / "src/02-two")
    assert result.exit_code == 2
    assert "That is no fault of yours: `make verify CHAPTER=02` says what is wrong." in (
        result.output
    )
    assert "Traceback" not in result.output


def test_a_server_on_a_port_that_the_page_needs_is_said_before_the_page_is_run(
    unproven: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        page = TWO + "\n## Serve\n\n" + console("$ serve", port=port, terminal="server")
        write(unproven, "docs/02-two.md", page)
        result = run(2, unproven / "src/02-two")
    assert result.exit_code == 2
    assert f"starts a server on port {port}, where one is already" in result.output
    assert "lie" not in result.output


@pytest.mark.usefixtures("tested")
@pytest.mark.parametrize("left_out", [{"Dockerfile", "gunicorn.conf.py"}, {"gunicorn.conf.py"}])
def test_who_has_no_docker_leaves_its_files_out(
    unproven: Path, tmp_path: Path, left_out: set[str]
) -> None:
    container = {"Dockerfile": "FROM python\n", "gunicorn.conf.py": "workers = 2\n"}
    page = TWO + "\n## Contain\n\n" + "".join(file(*each) for each in container.items())
    write(unproven, "docs/02-two.md", page)
    for path, content in container.items():
        write(unproven, f"src/02-two/{path}", content)
    folder = tmp_path / "todo"
    shutil.copytree(unproven / "src/02-two", folder)
    for path in left_out:
        (folder / path).unlink()
    result = run(2, folder)
    without_docker = "Dockerfile" in left_out
    assert ("You have finished chapter 2" in result.output) == without_docker
    said = "Left out, which you may: the container's files, Dockerfile, gunicorn.conf.py."
    assert (said in result.output) == without_docker
    assert ("Next: gunicorn.conf.py, docs/02-two.md" in result.output) != without_docker
    assert (
        "change no file but the container's: go through them" in result.output
    ) == without_docker


RUN = """
import sys
from pathlib import Path
import tutorial.commands.check as check
from tutorial.cli import app
from tutorial.course import Course, Milestone
from tutorial.environments import Environment

if __name__ == "__main__":
    check.ROOT = Path(sys.argv[1])
    check.environments.prepare = lambda *_: Environment(Path(sys.prefix))
    app(["check", "2", sys.argv[2]])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_nothing(
    proven: Path, finished: Path, tmp_path: Path, number: signal.Signals
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    waiting = tmp_path / "waiting"
    code = f"import time\nopen({str(waiting)!r}, 'w').close()\ntime.sleep(60)\n"
    write(finished, "code_.py", code + CODE)
    before = state(finished)
    process = subprocess.Popen(
        [sys.executable, write(tmp_path, "run.py", RUN), proven, finished],
        env={
            **os.environ,
            "TMPDIR": str(scratch),
            "PYTHONPATH": str(ROOT),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert eventually(waiting.exists)
        os.killpg(process.pid, number)
        output, _ = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert output.endswith("Stopped. Your folder is as it was.\n")
    assert "Traceback" not in output
    assert eventually(lambda: not list(scratch.iterdir()))
    assert state(finished) == before


# The real chapters


def test_the_real_chapters_are_told_apart_from_themselves_in_each_way() -> None:
    """The forgiveness covers Windows line ends and a byte order mark in each real file."""
    for claim in all_claims(ROOT):
        for path, found in made(read_tree(ROOT / claim.snapshot)).items():
            windows = b"\xef\xbb\xbf" + found.content.replace(b"\n", b"\r\n") + b"\r\n"
            assert forgiven(path, found.content, windows), path
            assert forgiven(path, found.content, found.content + b"x = 1\n") is None, path


def test_make_hands_the_folder_over_as_it_is() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r'\$\(TUTORIAL\) check "\$\(CHAPTER\)" "\$\$DIR"', makefile)
