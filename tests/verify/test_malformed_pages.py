"""A page that can't be read names each of its faults, with the line."""

import pytest

from tutorial.pages.fault import PageError
from tutorial.pages.page import parse_page

TICKS = "```"


def faults(text: str) -> list[tuple[int, str]]:
    """The faults of a page with this text below the heading of a step, counted from its line 1."""
    with pytest.raises(PageError) as caught:
        parse_page("docs/01-page.md", "## A step\n" + text)
    assert all(fault.page == "docs/01-page.md" for fault in caught.value.faults)
    return [(fault.line - 1, fault.sentence) for fault in caught.value.faults]


def block(info: str, *body: str) -> str:
    return "\n".join([f"{TICKS}{info}", *body, TICKS, ""])


@pytest.mark.parametrize(
    ("info", "sentence"),
    [
        ("", "a fence without a language"),
        ("klingon", "unknown language 'klingon'"),
        ("python", "a block without a role"),
        ('python titel="a.py"', "unknown attribute 'titel'"),
        ("python title=a.py", "an attribute that can't be read"),
        ('python title="a.py" title="b.py"', "'title' is given twice"),
        ("python title", "'title' needs a value"),
        ('python title="a.py" executable="yes"', "'executable' takes no value"),
        ('python title=""', "isn't a path inside the reader's folder"),
        ('python title="/etc/passwd"', "isn't a path inside the reader's folder"),
        ('python title="../a.py"', "isn't a path inside the reader's folder"),
        ('python title="a//b.py"', "isn't a path inside the reader's folder"),
        ('python title="a.py" exit="1"', "a file block has no attribute 'exit'"),
        ('python shown=""', "shown needs its reason"),
        ('python shown="it is long" executable', "a shown block has no attribute 'executable'"),
        ("{.python}", "can't be read"),
        ("diff", "a change without a title"),
        ('console title="a.py"', "a terminal block has no attribute 'title'"),
    ],
)
def test_a_fence_without_exactly_one_role(info: str, sentence: str) -> None:
    ((line, found),) = faults(block(info, "x"))
    assert line == 1
    assert sentence in found


@pytest.mark.parametrize(
    ("info", "sentence"),
    [
        ('exit="one"', "exit is a number"),
        ('exit="0"', "exit is a number from 1 to 255"),
        ('exit="256"', "exit is a number from 1 to 255"),
        ('port="70000"', "port is a number from 1 to 65535"),
        ('port="8080" exit="1"', "has no exit status"),
        ('fails="tests/test_a.py::test_b"', "goes with exit"),
        ('exit="1" fails=""', "goes with exit"),
        ('needs="luck"', "nobody knows what it needs: 'luck'"),
        ('terminal=""', "a terminal without a name"),
    ],
)
def test_a_terminal_that_says_what_makes_no_sense(info: str, sentence: str) -> None:
    ((line, found),) = faults(block(f"console {info}", "$ true"))
    assert line == 1
    assert sentence in found


@pytest.mark.parametrize(
    ("body", "line", "sentence"),
    [
        ([], 2, "a terminal in which nothing is typed or printed"),
        (["$ true", "$ "], 3, "a prompt without a command"),
        (["$ true", "$"], 3, "a prompt without a command"),
    ],
)
def test_a_terminal_that_cant_be_read(body: list[str], line: int, sentence: str) -> None:
    assert faults(block("console", *body)) == [(line, sentence)]


def test_exit_and_port_need_a_command_at_the_end() -> None:
    ((_, found),) = faults(block('console exit="1"', "some output"))
    assert found == "exit without a command at the block's end"
    ((_, found),) = faults(block('console port="8080"', "^C"))
    assert found.startswith("port without a command")


@pytest.mark.parametrize(
    ("body", "line", "sentence"),
    [
        ([" a", "*b"], 3, "a line of a change begins with"),
        ([" a", " b"], 2, "a hunk that changes nothing"),
        ([], 2, "a hunk without lines"),
        (["-a", "@@"], 4, "a hunk without lines"),
        (["--- a.py", "+++ a.py", "-a"], 2, "a diff's header"),
    ],
)
def test_a_change_that_isnt_one(body: list[str], line: int, sentence: str) -> None:
    ((at, found),) = faults(block('diff title="a.py"', *body))
    assert at == line
    assert sentence in found


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("```python title='a'\nx\n", 1, "the fence is never closed: ```"),
        ("````console\n$ true\n```\n````", None, ""),
        ("```console\n$ true\n````\n", 3, "a closing fence that isn't like the opening one"),
        ("```console\n$ true\n ```\n", 3, "a closing fence that isn't like the opening one"),
        ("~~~console\n$ true\n~~~~\n", 3, "a closing fence that isn't like the opening one"),
        ("  ```console\n  $ true\n  ```\n", 1, "a fence that stands in column 3, not 1"),
        ("!!! note\n    Text.\n\n  ```console\n  $ true\n  ```\n", 4, "stands in column 3, not 1"),
        ("!!! note\n\n    ```console\n$ true\n    ```\n", 4, "text that leaves the fence of line"),
        ("Text.\n\n    x = 1\n", 3, "indented code: use a fence"),
        ("!!! note\n    Text.\n\n        x = 1\n", 4, "indented code: use a fence"),
        ("- Text.\n\n        x = 1\n", 3, "indented code: use a fence"),
        ("\tx = 1\n", 1, "a tab indents the line"),
        ("> ```python\n> x\n> ```\n", 1, "a fence on the line of a quotation or list"),
        ("- ```python\n", 1, "a fence on the line of a quotation or list"),
        ("1. ~~~ python\n", 1, "a fence on the line of a quotation or list"),
        ("```x``` is code.\n", 1, "code that looks like a fence"),
        ("<pre>x = 1</pre>\n", 1, "code in HTML: use a fence"),
        ('--8<-- "src/a.py"\n', 1, "an include outside a titled block"),
        ("A heading\n---------\n", 2, "a heading that is underlined"),
        ("<!-- a\n```console\n$ true\n```\n-->\n", 2, "a fence in the comment of line"),
        ("<!-- a\nb\n", 1, "the comment is never closed"),
        ("Text.\r\n", 1, "carriage return"),
    ],
)
def test_code_that_renderers_read_in_different_ways(
    text: str, line: int | None, sentence: str
) -> None:
    if line is None:
        parse_page("docs/01-page.md", "## A step\n" + text)
        return
    at, found = faults(text)[0]
    assert at == line
    assert sentence in found


@pytest.mark.parametrize(
    ("body", "line", "sentence"),
    [
        (["--8<-- src/a.py"], 2, "an include that can't be read"),
        (["x = 1", '--8<-- "src/a.py"'], 3, "an include must be the only line"),
        (['--8<-- "src/a.py"', "x = 1"], 2, "an include must be the only line"),
    ],
)
def test_an_include_that_isnt_one(body: list[str], line: int, sentence: str) -> None:
    ((at, found),) = faults(block('python title="a.py"', *body))
    assert at == line
    assert sentence in found


def test_an_include_where_nothing_can_be_included() -> None:
    ((_, found),) = faults(block("console", "$ true", '--8<-- "src/a.py"'))
    assert "an include must be the only line" in found


def test_a_block_before_the_first_step() -> None:
    with pytest.raises(PageError) as caught:
        parse_page("docs/01-page.md", "# Title\n\n" + block("console", "$ true"))
    (fault,) = caught.value.faults
    assert str(fault) == "docs/01-page.md:3: a block outside any step"


def test_every_fault_is_named_in_order() -> None:
    text = block("klingon", "x") + block("console") + "\n    x = 1\n"
    assert [line for line, _ in faults(text)] == [1, 5, 7]
