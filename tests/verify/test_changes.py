"""A change applies where its lines stand in exactly one place; otherwise it says why not."""

import pytest

from tutorial.pages.changes import ChangeError, apply_change, parse_change

FILE = "import a\n\n\ndef one():\n    return 1\n\n\ndef two():\n    return 2\n"


def changed(text: str, *body: str) -> str:
    return apply_change(text, parse_change(body))


def refused(text: str, *body: str) -> ChangeError:
    with pytest.raises(ChangeError) as caught:
        changed(text, *body)
    return caught.value


def test_lines_are_kept_added_and_removed() -> None:
    assert changed("a\nb\nc\n", " a", "-b", "+B", "+BB", " c") == "a\nB\nBB\nc\n"


def test_hunks_are_found_in_the_file_as_it_was() -> None:
    body = [" import a", "+import b", "@@", " def two():", "-    return 2", "+    return 3"]
    expected = FILE.replace("import a\n", "import a\nimport b\n").replace("return 2", "return 3")
    assert changed(FILE, *body) == expected


def test_an_empty_line_is_kept_context() -> None:
    assert changed("a\n\nb\n", " a", "", "-b", "+c") == "a\n\nc\n"


def test_an_empty_file_takes_lines_without_context() -> None:
    assert changed("", "+a", "+b") == "a\nb\n"


def test_all_lines_may_go() -> None:
    assert changed("a\n", "-a") == ""


def test_a_missing_final_newline_stays_missing() -> None:
    assert changed("a\nb", " a", "-b", "+c") == "a\nc"


def test_lines_that_arent_there_show_the_nearest() -> None:
    error = refused(FILE, " def two():", "-    return 3", "+    return 4")
    assert error.sentence == "the file has no such lines"
    assert error.offset == 1
    assert error.detail == (
        "expected:     return 3",
        "nearest, line 8 of the file:",
        "  8 def two():",
        "  9     return 2",
    )


def test_white_space_counts() -> None:
    assert refused("a = 1\n", "-a =  1", "+a = 2").offset == 0
    assert refused("a = 1 \n", "-a = 1", "+a = 2").offset == 0


def test_an_empty_file_has_nothing_near() -> None:
    assert refused("", "-a").detail == ("expected: a", "the file is empty")


def test_lines_that_stand_twice_name_both_places() -> None:
    error = refused("x\na\ny\na\n", "-a", "+b")
    assert error.sentence == "the change fits in 2 places of the file: lines 2 and 4"


def test_hunks_stand_in_the_files_order() -> None:
    error = refused(FILE, "-    return 2", "+    return 3", "@@", "-import a", "+import b")
    assert error.offset == 3
    assert "keep the file's order" in error.sentence


def test_hunks_dont_overlap() -> None:
    assert "order" in refused("a\nb\nc\n", " a", "-b", "@@", " b", "-c").sentence


def test_added_lines_need_a_place() -> None:
    assert "only adds" in refused(FILE, "+import b").sentence
