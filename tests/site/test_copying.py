"""The copy button of every block on every chapter's page gives what a reader would type."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.site.visiting import go
from tutorial.pages.blocks import Block, ChangeBlock, FileBlock, IncludeBlock, TerminalBlock
from tutorial.pages.console import parse_console
from tutorial.pages.page import parse_page
from tutorial.repository import ROOT

CHAPTERS = sorted((ROOT / "docs").glob("[0-9][0-9]-*.md"))


def expected(block: Block) -> list[str]:
    """What the buttons of a block give: one for each hunk of a change, else one."""
    match block:
        case ChangeBlock():
            texts = ["\n".join(hunk.after) for hunk in block.hunks]
        case TerminalBlock():
            texts = ["\n".join(line for each in block.exchanges for line in each.command)]
        case FileBlock():
            texts = [block.content.rstrip("\n")]
        case IncludeBlock():
            texts = [(ROOT / block.source).read_text("utf-8").rstrip("\n")]
        case _ if block.language == "mermaid":
            texts = []  # a picture
        case _ if block.language == "console":
            exchanges = parse_console(block.fence.body)
            texts = ["\n".join(line for each in exchanges for line in each.command)]
        case _:
            texts = ["\n".join(block.fence.body)]
    return [text for text in texts if text.strip()]


def copied(page: Page) -> list[str]:
    """What each copy button of the page gives, in order."""
    texts = []
    for button in page.locator("article button.copy").all():
        page.evaluate("navigator.clipboard.writeText('')")
        button.evaluate("button => button.click()")
        texts.append(page.evaluate("navigator.clipboard.readText()"))
    return texts


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_button_gives_exactly_the_code(tab: Page, path: Path) -> None:
    blocks = parse_page(path.name, path.read_text("utf-8")).blocks
    go(tab, f"/{path.stem}/")
    tab.evaluate("document.querySelectorAll('article details').forEach(each => each.open = true)")
    assert copied(tab) == [text for block in blocks for text in expected(block)]


def test_a_file_in_the_code_section_copies_without_its_line_numbers(tab: Page) -> None:
    go(tab, "/code/01-hello-world/project/views.py/")
    source = (ROOT / "src/01-hello-world/project/views.py").read_text("utf-8")
    assert copied(tab) == [source.rstrip("\n")]
