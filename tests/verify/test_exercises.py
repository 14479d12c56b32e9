"""The exercises: a test that is red on the chapter, a folded solution that makes all tests green.

That they are so is shown by `tutorial verify`; here it is held that each exercise says it.
"""

import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from tutorial.pages.blocks import ChangeBlock, FileBlock, TerminalBlock
from tutorial.pages.changes import apply_change
from tutorial.pages.page import Page, Step, parse_page
from tutorial.proof.claim import chapter_claims, other_claims
from tutorial.proof.run import FAILED_TEST
from tutorial.proof.tree import read_tree
from tutorial.repository import ROOT
from tutorial.site.prepare import prepared_pages

PAGES = [
    parse_page(claim.page, claim.text())
    for claim in other_claims(ROOT)
    if claim.name.startswith("exercises/")
]
EXERCISES = [
    pytest.param(page, exercise, id=f"{page.starts_from}: {exercise.title}")
    for page in PAGES
    for exercise in page.steps
]
SOLUTION = '<details class="success" markdown>\n<summary>A solution</summary>\n'
WHOLE_SUITE = "pytest -q"


def test_each_chapter_has_two_or_three_exercises() -> None:
    assert [page.starts_from for page in PAGES] == [claim.name for claim in chapter_claims(ROOT)]
    for page in PAGES:
        assert page.path == f"docs/exercises/{page.starts_from}.md"
        assert 2 <= len(page.steps) <= 3


@pytest.mark.parametrize(("page", "exercise"), EXERCISES)
def test_an_exercise_is_red_before_its_solution_and_green_after_it(
    page: Page, exercise: Step
) -> None:
    terminals = [block for block in exercise.blocks if isinstance(block, TerminalBlock)]
    red, green = terminals[0], terminals[-1]
    tests = {
        block.path for block in exercise.blocks if block.line < red.line and hasattr(block, "path")
    }
    assert tests
    assert all(path.startswith("tests/") for path in tests)
    failing = FAILED_TEST.findall("\n".join(red.exchanges[-1].output))
    assert red.status == 1
    assert {name.partition("::")[0] for name in failing} <= tests
    assert failing
    assert exercise.blocks[-1] is green
    assert green.exchanges[-1].typed == WHOLE_SUITE
    assert (green.status, green.exchanges[-1].elisions) == (0, 0)
    assert re.fullmatch(r"\d+ passed in [\d.]+s", green.exchanges[-1].output[-1])


@pytest.mark.parametrize(("page", "exercise"), EXERCISES)
def test_the_solution_is_folded_and_the_test_is_not(page: Page, exercise: Step) -> None:
    lines = page.text.split("\n")
    solution = page.text[: page.text.index(SOLUTION, offset(lines, exercise.line))].count("\n") + 1
    end = lines.index("</details>", solution)
    red = next(block for block in exercise.blocks if isinstance(block, TerminalBlock))
    assert red.line < solution
    after = [block for block in exercise.blocks if block.line > red.line]
    assert all(solution < block.line and block.fence.end < end for block in after)
    assert all(not line.startswith("##") for line in lines[exercise.line : end])


def offset(lines: list[str], line: int) -> int:
    """Where a line begins in the text; line 1 is the first."""
    return sum(len(text) + 1 for text in lines[: line - 1])


@pytest.mark.parametrize(("page", "exercise"), EXERCISES)
def test_the_solved_exercise_is_in_the_style_of_the_chapters(
    page: Page, exercise: Step, tmp_path: Path
) -> None:
    tree = read_tree(ROOT / "src" / (page.starts_from or ""))
    texts = {path: file.content.decode() for path, file in tree.items()}
    for block in exercise.blocks:
        if isinstance(block, FileBlock):
            texts[block.path] = block.content
        elif isinstance(block, ChangeBlock):
            texts[block.path] = apply_change(texts[block.path], block.hunks)
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    style = ["--no-cache", "--config", str(ROOT / "src" / "ruff.toml"), "."]
    for command in (["check", *style], ["format", "--diff", *style]):
        done = subprocess.run([ruff, *command], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_chapter_leads_to_its_exercises() -> None:
    pages = prepared_pages(ROOT)
    for page in PAGES:
        chapter = pages[PurePosixPath(f"{page.starts_from}.md")]
        assert f"(exercises/{page.starts_from}.md)".encode() in bytes_of(chapter)


def bytes_of(content: str | bytes) -> bytes:
    """A prepared page as bytes."""
    return content.encode() if isinstance(content, str) else content
