"""What comes out of a printer: all of the text and the code, and nothing to click on."""

from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.site.visiting import go
from tutorial.pages.blocks import FileBlock, TerminalBlock
from tutorial.pages.page import parse_page
from tutorial.repository import ROOT

CHAPTERS = sorted((ROOT / "docs").glob("[0-9][0-9]-*.md"))

SHEETS = ["/", *(f"/{path.stem}/" for path in CHAPTERS), "/how-it-is-proven/", "/print/"]

# An A4 sheet between its margins, in CSS pixels.
PAPER = {"width": 673, "height": 1000}

CUT_OFF = """
() => [...document.querySelectorAll('html, article *')]
    .filter(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)
    .filter(each => getComputedStyle(each).display !== 'inline')
    .map(each => `${each.tagName} ${each.className}: ${each.textContent.slice(0, 60)}`)
"""

# What is hidden on purpose: for the screen only, or the picture of the other colour scheme.
HIDDEN = """
() => [...document.querySelectorAll('article :is(p, pre, td, li, h1, h2, h3, h4, label)')]
    .filter(each => each.textContent.trim() && !each.checkVisibility())
    .filter(each => !each.closest('.step-changes, .ways-on'))
    .filter(each => ![...each.querySelectorAll('img')].length)
    .filter(each => !each.querySelector(':scope > .md-button'))
    .map(each => `${each.tagName} ${each.className}: ${each.textContent.slice(0, 60)}`)
"""


def print_preview(tab: Page, address: str) -> None:
    """Show a page as it is printed."""
    tab.set_viewport_size({"width": PAPER["width"], "height": PAPER["height"]})
    go(tab, address)
    tab.emulate_media(media="print")


@pytest.mark.parametrize("address", SHEETS)
def test_nothing_is_cut_off_or_hidden_on_paper(tab: Page, address: str) -> None:
    print_preview(tab, address)
    assert tab.evaluate(CUT_OFF) == []
    assert tab.evaluate(HIDDEN) == []
    for useless in (".md-header", ".md-sidebar", ".md-footer", "article .copy", ".headerlink"):
        for found in tab.locator(useless).all():
            expect(found).to_be_hidden()


def test_paper_is_light_in_either_colour_scheme(tab: Page) -> None:
    print_preview(tab, "/")
    tab.emulate_media(media="print", color_scheme="dark")
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    for ink in ("article p", "article td", "article h1", "article a"):
        red, green, blue, *_ = tab.locator(ink).first.evaluate(
            "each => getComputedStyle(each).color.match(/[0-9.]+/g).map(Number)"
        )
        assert max(red, green, blue) < 130, ink


def test_a_link_to_another_host_says_where_it_leads_on_paper(tab: Page) -> None:
    print_preview(tab, "/")
    said = tab.locator("article a[href='https://www.starlette.io/']").evaluate(
        "link => getComputedStyle(link, '::after').content"
    )
    assert "https://www.starlette.io/" in said


def printed(text: str) -> str:
    """A text as a printed page has it: where its lines break is the paper's affair."""
    return "".join(text.split())


@pytest.fixture(scope="module")
def paper(browser: Browser, site: str) -> str:
    """What stands on the sheets of the printed tutorial."""
    with browser.new_page(base_url=site) as page:
        go(page, "/print/")
        sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    return printed("".join(sheet.extract_text() for sheet in sheets))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_printed_tutorial_has_each_chapter_with_all_of_its_code(paper: str, path: Path) -> None:
    page = parse_page(path.name, path.read_text("utf-8"))
    lines = {
        line
        for block in page.blocks
        if isinstance(block, FileBlock | TerminalBlock)
        for line in block.fence.body
        if line.isascii()
    }
    assert lines
    assert [line for line in sorted(lines) if printed(line) not in paper] == []


def test_the_printed_tutorial_has_its_pages_in_order(tab: Page) -> None:
    go(tab, "/print/")
    parts = tab.locator("article .print-part").evaluate_all("all => all.map(each => each.id)")
    assert [part for part in parts if part in {path.stem for path in CHAPTERS}] == [
        path.stem for path in CHAPTERS
    ]
    assert parts[0] == "index"
    assert {f"exercises-{path.stem}" for path in CHAPTERS} <= set(parts)


def test_links_between_the_chapters_stay_on_the_printed_page(tab: Page) -> None:
    go(tab, "/print/")
    targets = tab.locator("article .print-contents a").evaluate_all(
        "all => all.map(each => each.getAttribute('href'))"
    )
    assert len(targets) > 30
    assert [target for target in targets if not target.startswith("#")] == []
    strays = tab.locator(
        ", ".join(f"article a[href^='../{path.stem}/']" for path in CHAPTERS)
    ).evaluate_all("all => all.map(each => each.textContent)")
    assert strays == []
