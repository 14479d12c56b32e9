"""Each step of a chapter ends with something to run, and with what the reader should see."""

import pytest

from tutorial.chapters import Chapter, all_chapters
from tutorial.pages.blocks import TerminalBlock
from tutorial.pages.page import Step, parse_page
from tutorial.repository import ROOT


def steps_of(chapter: Chapter) -> list[Step]:
    path = f"docs/{chapter.name}.md"
    return list(parse_page(path, (ROOT / path).read_text("utf-8")).steps)


CHANGING = [
    pytest.param(step, id=f"{chapter.number}: {step.title}")
    for chapter in all_chapters()
    for step in steps_of(chapter)
    if any(block.role in ("file", "change", "include") for block in step.blocks)
]


@pytest.mark.parametrize("step", CHANGING)
def test_a_step_that_changes_files_ends_with_a_command_to_run(step: Step) -> None:
    last = [block for block in step.blocks if block.role != "shown"][-1]
    assert isinstance(last, TerminalBlock), f"after line {last.line}, nothing is run"


def test_most_of_all_steps_change_files() -> None:
    """The test above has something to say."""
    assert len(CHANGING) > 20
