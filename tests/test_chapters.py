"""The chapters are found by what a user calls them."""

import pytest

from tutorial.chapters import all_chapters, find_chapter
from tutorial.errors import TutorialError


def test_the_chapters_come_in_order() -> None:
    assert [chapter.number for chapter in all_chapters()] == ["01", "02", "03"]


@pytest.mark.parametrize("asked", ["2", "02", "02-todo-api"])
def test_a_chapter_has_three_names(asked: str) -> None:
    assert find_chapter(asked).name == "02-todo-api"


def test_a_chapter_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(TutorialError, match=r"no chapter '7'.*02-todo-api"):
        find_chapter("7")


def test_only_the_third_chapter_has_a_database() -> None:
    assert [chapter.has_database for chapter in all_chapters()] == [False, False, True]
