"""What the site says of a step is what the verification found, on a small made-up tutorial."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from tests.verify.conftest import claims, write
from tests.verify.test_runs import console, file
from tutorial.interpreters import current
from tutorial.proof.report import FOLDER, Report, write_report
from tutorial.proof.run import Options
from tutorial.proof.verify import prove
from tutorial.site.code_pages import Pages
from tutorial.site.prepare import prepared_pages
from tutorial.site.steps import UNKNOWN

FIRST = "# One\n\n## Begin\n\n" + file("a.py", "a = 1\nb = 2\n") + "\n## Look\n\n"
FIRST += console("$ cat a.py", "a = 1", "b = 2") + "\n## Why\n\nBecause.\n"
SECOND = "# Two\n\n## Change\n\n" + file("a.py", "-a = 1\n+a = 3\n b = 2\n", "diff")
SECOND += file("c.py", "c = 4\n") + "\n## Remove\n\n" + console("$ rm c.py")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tutorial of two chapters, verified."""
    write(tmp_path, "docs/01-one.md", FIRST)
    write(tmp_path, "src/01-one/a.py", "a = 1\nb = 2\n")
    write(tmp_path, "src/01-one/README.md", "One.\n")
    write(tmp_path, "docs/02-two.md", SECOND)
    write(tmp_path, "src/02-two/a.py", "a = 3\nb = 2\n")
    options = Options(current())
    proven = tuple(prove(claim, options) for claim in claims(tmp_path))
    assert [chapter.faults for chapter in proven] == [(), ()]
    write_report(Report("3.13.0", False, "2026-11-22T10:00:00+00:00", 1, proven), tmp_path)
    return tmp_path


def page(pages: Pages, path: str) -> str:
    content = pages[PurePosixPath(path)]
    return content if isinstance(content, str) else content.decode()


def changes(pages: Pages) -> list[str]:
    return sorted(str(path) for path in pages if path.parts[0] == "changes")


def test_each_step_ends_with_what_it_changes(root: Path) -> None:
    pages = prepared_pages(root)
    begin, rest = page(pages, "01-one.md").split("## Look")
    assert "This step changes [1 file, +2\u00a0−0](changes/01-one/01-begin.md)" in begin  # noqa: RUF001
    assert "(downloads/01-one-after-step-01.zip)" in begin
    look, why = rest.split("## Why")
    assert "This step changes no file · [the code](changes/01-one/01-begin.md#the-code)" in look
    assert "(downloads/01-one-after-step-02.zip)" in look
    assert "step-changes" not in why  # nothing is done there


def test_a_steps_page_compares_whole_files_with_those_before_it(root: Path) -> None:
    pages = prepared_pages(root)
    change = page(pages, "changes/02-two/01-change.md")
    assert 'diff compared="changed" title="a.py"\n-a = 1\n+a = 3\n b = 2\n```' in change
    assert 'diff compared="added" title="c.py"\n+c = 4\n```' in change
    remove = page(pages, "changes/02-two/02-remove.md")
    assert 'diff compared="removed" title="c.py"\n-c = 4\n```' in remove
    assert "a = " not in remove


def test_two_chapters_are_compared_as_a_whole(root: Path) -> None:
    compared = page(prepared_pages(root), "changes/02-two/index.md")
    assert 'diff compared="changed" title="a.py"\n-a = 1\n+a = 3\n b = 2\n```' in compared
    assert 'diff compared="removed" title="README.md"\n-One.\n```' in compared
    assert "c.py" not in compared


def test_the_code_after_a_step_is_linked_to_the_version_that_it_has(root: Path) -> None:
    pages = prepared_pages(root)
    assert "c = 4" in page(pages, "changes/02-two/01-change/c.py.md")
    change = page(pages, "changes/02-two/01-change.md")
    assert "- [`c.py`](01-change/c.py.md) <small>added</small>" in change
    # What the chapter ends with has a page there; it isn't written twice.
    assert "- [`a.py`](../../code/02-two/a.py.md) <small>changed</small>" in change


def edit_the_page(root: Path) -> None:
    write(root, "docs/02-two.md", f"{SECOND}\nMore.\n")


def edit_the_code(root: Path) -> None:
    write(root, "src/02-two/a.py", "a = 5\n")


def lose_an_object(root: Path) -> None:
    for path in (root / FOLDER / "objects").iterdir():
        path.unlink()


def lose_the_report(root: Path) -> None:
    (root / FOLDER / "report.json").unlink()


def break_the_report(root: Path) -> None:
    write(root, str(FOLDER / "report.json"), '{"format": 1}')


@pytest.mark.parametrize(
    "spoil", [edit_the_page, edit_the_code, lose_an_object, lose_the_report, break_the_report]
)
def test_without_a_verification_of_the_page_as_it_is_the_site_says_so(
    root: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(root)
    pages = prepared_pages(root)
    second = page(pages, "changes/index.md").partition("## [Two]")[2]
    assert UNKNOWN in second
    assert [path for path in changes(pages) if "02-two" in path] == ["changes/02-two/index.md"]
    assert "step-changes" not in page(pages, "02-two.md")
    zips = [path.name for path in pages if path.parts[0] == "downloads" and "two" in path.name]
    assert zips == ["02-two.zip"]


def test_a_page_that_was_found_untrue_has_no_steps_to_show(root: Path) -> None:
    write(root, "docs/02-two.md", SECOND.replace("b = 2", "b = 3"))
    untrue = prove(claims(root)[1], Options(current()))
    assert untrue.faults
    write_report(Report("3.13.0", False, "2026-11-22T11:00:00+00:00", 1, (untrue,)), root)
    pages = prepared_pages(root)
    assert UNKNOWN in page(pages, "changes/index.md")
    assert PurePosixPath("changes/01-one/01-begin.md") in pages
    assert PurePosixPath("changes/02-two/01-change.md") not in pages
