"""What the site says of a chapter is what the report says, and its numbers add up."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.verify.conftest import claims, write
from tests.verify.test_runs import console, file
from tutorial.commands.verify import chapter_line
from tutorial.pages.fault import Fault
from tutorial.proof.report import ChapterReport, Mutations, Report, write_mutations, write_report
from tutorial.proof.run import Options
from tutorial.proof.verify import prove
from tutorial.site.verified import UNVERIFIED, verified

PAGE = (
    "## Step\n\n"
    + file("a.txt", "one\n")
    + console("$ cat a.txt", "one")
    + console("$ docker ps", needs="docker")
    + '```text shown="an example"\nx\n```\n'
)
TRUE = (
    "4 blocks: 2 run, 1 only shown, 1 not run (needs Docker: there is none). "
    "Verified on Python 3.11.7 on 22 November 2026."
)


@pytest.fixture
def chapter(tmp_path: Path, options: Options) -> ChapterReport:
    """A chapter that is true, and is reported so."""
    write(tmp_path, "docs/01-page.md", PAGE)
    write(tmp_path, "src/01-page/a.txt", "one\n")
    lacking = {"docker": "needs Docker: there is none"}
    chapter = prove(claims(tmp_path)[0], replace(options, lacking=lacking))
    report_it(tmp_path, chapter)
    return chapter


def report_it(root: Path, chapter: ChapterReport, python: str = "3.11.7") -> None:
    write_report(Report(python, False, "2026-11-22T10:00:00+00:00", 1, (chapter,)), root)


def test_each_block_is_counted_once(tmp_path: Path, chapter: ChapterReport) -> None:
    assert verified(tmp_path) == {"01-page": TRUE}
    for line in (TRUE.partition(".")[0], chapter_line(chapter).partition(";")[0]):
        blocks, *parts = map(int, re.findall(r"(?<![-\w])\d+(?= )", line))
        assert blocks == sum(parts) == 4


def test_the_lies_are_told_once_they_have_been(tmp_path: Path, chapter: ChapterReport) -> None:
    write_mutations(tmp_path, chapter, Mutations(80, 80, ()))
    told = f"{TRUE} Of 80 small lies told about it, 80 were caught."
    assert verified(tmp_path) == {"01-page": told}
    report_it(tmp_path, chapter)
    assert verified(tmp_path) == {"01-page": told}
    report_it(tmp_path, replace(chapter, inputs="another page"))
    report_it(tmp_path, chapter)
    assert verified(tmp_path) == {"01-page": TRUE}


def test_a_page_that_has_changed_isnt_verified(tmp_path: Path, chapter: ChapterReport) -> None:
    write(tmp_path, "docs/01-page.md", f"{PAGE}\nMore.\n")
    assert verified(tmp_path) == {"01-page": UNVERIFIED}


def test_a_page_that_is_untrue_on_another_python_isnt_verified(
    tmp_path: Path, chapter: ChapterReport
) -> None:
    untrue = replace(chapter, faults=(Fault("docs/01-page.md", 1, "a lie"),))
    report_it(tmp_path, untrue, python="3.12.1")
    assert verified(tmp_path) == {"01-page": UNVERIFIED}
