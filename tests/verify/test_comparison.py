"""Outputs are compared whole; `...` stands for any lines; updates change only what they must."""

import pytest

from tutorial.proof.comparison import brought_up_to_date, difference, matches, same


@pytest.mark.parametrize(
    ("expected", "actual", "match"),
    [
        ("", "", True),
        ("a", "a", True),
        ("a", "", False),
        ("", "a", False),
        ("a b", "a c", False),
        ("a b", "a", False),
        ("a", "a b", False),
        ("...", "", True),
        ("...", "a b c", True),
        ("a ...", "a", True),
        ("a ...", "a b c", True),
        ("a ...", "b a", False),
        ("... c", "a b c", True),
        ("... c", "a b c d", False),
        ("... c", "c b c", True),
        ("a ... c ... e", "a b c d e", True),
        ("a ... c ... e", "a b c d", False),
        ("... a b ...", "a a b a", True),
        ("a ... ... b", "a b", True),
    ],
)
def test_an_elision_stands_for_any_lines(expected: str, actual: str, match: bool) -> None:
    assert matches(expected.split(), actual.split()) is match


def test_white_space_and_empty_lines_count() -> None:
    assert same(["a", ""], "a\n\n")
    assert not same(["a"], "a\n\n")
    assert not same(["a"], "a \n")
    assert not same([""], "")
    assert not same([], "\n")


def test_a_difference_shows_what_was_expected_and_what_came() -> None:
    assert difference(["one", "two "], "one\nthree\t") == (
        "expected (-), got (+):",
        "  one",
        "- two ⏎",
        "+ three\\t",
    )


def test_a_difference_beside_an_elision_leaves_the_elision_alone() -> None:
    shown = difference(["a", "...", "c"], "a\nb\nd\n")
    assert "- c" in shown
    assert "+ d" in shown


@pytest.mark.parametrize(
    ("expected", "output", "result"),
    [
        (["a"], "a\n", ["a"]),
        ([], "a\nb", ["a", "b"]),
        (["a"], "", []),
        (["a", "x", "c"], "a\nb\nc\n", ["a", "b", "c"]),
        (["in 9.9s", "x"], "in 0.1s\ny\n", ["in 9.9s", "y"]),
        (["...", "x"], "a\ny\n", ["a", "y"]),
        (["a", "...", "c", "x"], "a\nb\nc\nd\n", ["a", "...", "c", "d"]),
        (["a", "...", "x"], "a\nb\nc\n", ["a", "b", "c"]),
        (["x", "...", "c"], "a\nb\nc\n", ["a", "b", "c"]),
        (["x", "a", "..."], "b\na\nc\nd\n", ["b", "a", "..."]),
        (["...", "a", "x"], "1\n2\na\nb\n", ["...", "a", "b"]),
        (["a", "x"], "plugins: b-1\na\n", ["plugins: b-1", "a"]),
    ],
)
def test_an_update_changes_only_what_is_no_longer_so(
    expected: list[str], output: str, result: list[str]
) -> None:
    updated = brought_up_to_date(expected, output)
    assert updated == result
    assert same(updated, output)
    assert brought_up_to_date(updated, output) == updated


def test_an_update_writes_what_a_reader_would_see() -> None:
    output = "\x1b[1mx\x1b[0m /tmp/tutorial-a1b2c3d4/home/you/todo\n"
    assert brought_up_to_date([], output) == ["x /home/you/todo"]
