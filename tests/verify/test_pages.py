"""A page's steps and blocks are found wherever all renderers find them."""

import random
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tutorial.pages.blocks import (
    ChangeBlock,
    FileBlock,
    IncludeBlock,
    ShownBlock,
    TerminalBlock,
)
from tutorial.pages.fences import Fence, Problem, scan
from tutorial.pages.page import parse_page
from tutorial.repository import ROOT

PAGE = """\
---
title: A page
---
# A page

An introduction.

## First step {#first}

```python title="a.py" executable
x = 1

```

```python title="empty.py"
```

### A step below it

=== "Linux"

    !!! note
        In a note in a tab:

        ~~~~text title="tildes.txt"
        ~~~
          indented
        ~~~~

1. In a list:

    ```diff title="a.py"
    -x = 1
    +x = 2

    @@
    +y = 3
     z
    ```

## First step

```text title="long.txt"
--8<-- "src/01-page/long.txt"
```

```yaml shown="it is another project's"
a: b
```

```console terminal="server" port="8080"
$ cat <<END
> one
>
> END
one
> not a continuation
...
^C
$ serve
```
"""


def test_steps_are_the_headings() -> None:
    page = parse_page("docs/01-page.md", PAGE)
    assert [(step.line, step.level, step.title, step.anchor) for step in page.steps] == [
        (8, 2, "First step", "first-step"),
        (18, 3, "A step below it", "a-step-below-it"),
        (41, 2, "First step", "first-step_1"),
    ]


def test_every_role_is_read() -> None:
    made, empty, tildes, change, include, shown, terminal = parse_page(
        "docs/01-page.md", PAGE
    ).blocks
    assert isinstance(made, FileBlock)
    assert (made.path, made.content, made.executable, made.line) == ("a.py", "x = 1\n\n", True, 10)
    assert isinstance(empty, FileBlock)
    assert (empty.content, empty.executable) == ("", False)
    assert isinstance(tildes, FileBlock)
    assert tildes.content == "~~~\n  indented\n"
    assert isinstance(change, ChangeBlock)
    assert [(hunk.before, hunk.after) for hunk in change.hunks] == [
        (["x = 1", ""], ["x = 2", ""]),
        (["z"], ["y = 3", "z"]),
    ]
    assert isinstance(include, IncludeBlock)
    assert include.source == "src/01-page/long.txt"
    assert isinstance(shown, ShownBlock)
    assert shown.reason == "it is another project's"
    assert isinstance(terminal, TerminalBlock)
    assert (terminal.terminal, terminal.port, terminal.status) == ("server", 8080, 0)


def test_a_terminal_holds_commands_their_output_and_interrupts() -> None:
    terminal = parse_page("docs/01-page.md", PAGE).blocks[-1]
    assert isinstance(terminal, TerminalBlock)
    cat, interrupt, serve = terminal.exchanges
    assert cat.command == ("cat <<END", "one", "", "END")
    assert cat.output == ("one", "> not a continuation", "...")
    assert (cat.elisions, terminal.line_of(cat)) == (1, 52)
    assert (interrupt.interrupt, interrupt.command, interrupt.output) == (True, (), ())
    assert serve.command == ("serve",)


def test_failing_tests_are_separated_by_commas_outside_brackets() -> None:
    text = '## Step\n```console exit="1" fails="t.py::a[x, y], t.py::b"\n$ pytest\n```\n'
    (block,) = parse_page("docs/01-page.md", text).blocks
    assert isinstance(block, TerminalBlock)
    assert block.fails == ("t.py::a[x, y]", "t.py::b")


def commonmark_fences(text: str) -> list[tuple[int, str]]:
    tokens = MarkdownIt().parse(text)
    return [(t.map[0] + 1, t.info) for t in tokens if t.type == "fence" and t.map]


@pytest.mark.parametrize("seed", range(300))
def test_no_fence_that_commonmark_finds_slips_by(seed: int) -> None:
    """Random lines: each fence of the standard's is found, or the page has a problem."""
    rng = random.Random(seed)
    pieces = ["```", "````", "~~~", "```python", " ```", "   ~~~", "text", "", "", "> ```", "- a"]
    pieces += [
        "    x",
        "    ```",
        "!!! note",
        "<!-- x",
        "-->",
        "## step",
        "1. ```",
        "  - b",
        "\t```",
    ]
    text = "\n".join(rng.choice(pieces) for _ in range(rng.randrange(2, 12))) + "\n"
    found = list(scan(text))
    fences = [item for item in found if isinstance(item, Fence)]
    if any(isinstance(item, Problem) for item in found):
        return  # such a page is refused
    ours = [(fence.line, fence.info) for fence in fences]
    assert set(commonmark_fences(text)) <= set(ours)


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/[0-9][0-9]-*.md")), ids=lambda p: p.stem)
def test_the_chapters_pages_can_be_read(path: Path) -> None:
    page = parse_page(path.name, path.read_text("utf-8"))
    assert page.blocks
    assert set(commonmark_fences(page.text)) <= {(b.line, b.fence.info) for b in page.blocks}
