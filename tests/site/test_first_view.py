"""What a page's first view costs its reader: bytes, and what keeps the page from being drawn."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.site.visiting import all_loaded, go, visit
from tutorial.repository import ROOT
from tutorial.site.styles import merge_styles, without_unused

CHAPTERS = sorted((ROOT / "docs").glob("[0-9][0-9]-*.md"))

LIMIT = 250_000

RESOURCES = """
() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map(each => ({
        name: new URL(each.name).pathname,
        size: each.transferSize,
        blocking: each.renderBlockingStatus === 'blocking' && each.entryType === 'resource',
    }))
"""


def first_view(browser: Browser, site: str, address: str) -> list[dict[str, Any]]:
    """What a new visitor's browser asks for, until it has nothing more to ask."""
    context = browser.new_context(base_url=site, viewport={"width": 412, "height": 823})
    try:
        page = visit(context, address)
        all_loaded(page)
        found: list[dict[str, Any]] = page.evaluate(RESOURCES)
        return found
    finally:
        context.close()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_first_view_is_light_and_nothing_but_one_style_sheet_holds_it_up(
    browser: Browser, site: str, path: Path
) -> None:
    resources = first_view(browser, site, f"/{path.stem}/")
    assert sum(each["size"] for each in resources) <= LIMIT, resources
    assert not any("search_index" in each["name"] for each in resources)
    blocking = [each["name"] for each in resources if each["blocking"]]
    assert len(blocking) == 1, blocking
    assert blocking[0].startswith("/assets/stylesheets/all.")


def test_the_search_index_is_fetched_when_somebody_begins_to_search(
    context: BrowserContext,
) -> None:
    page = visit(context, "/")
    with page.expect_response("**/search/search_index.json"):
        page.get_by_role("textbox", name="Search").click()


def test_the_search_index_is_there_for_who_follows_a_search(context: BrowserContext) -> None:
    page = context.new_page()
    with page.expect_response("**/search/search_index.json"):
        page.goto("/01-hello-world/?h=view")
    page.locator("article mark").first.wait_for()


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".known{color:red}", ".known{color:red}"),
        (".unknown{color:red}", ""),
        (".known,.unknown .known{color:red}", ".known{color:red}"),
        ("p .known:not(.unknown){color:red}", "p .known:not(.unknown){color:red}"),
        ("@media print{.unknown{color:red}}", ""),
        ("@media print{.known{color:red}}", "@media print{.known{color:red}}"),
        ("[data-md-color-primary=red]{color:red}", ""),
        ("[data-md-color-primary=custom]{color:red}", "[data-md-color-primary=custom]{color:red}"),
        (":root{--a:1;--b:2}p{color:var( --a )}", ":root{--a:1}p{color:var( --a )}"),
        (":root{--a:1}.unknown{color:var(--a)}", ""),
        (":root{--a:var(--b);--b:2}", ""),
        ("/* why */ p { color: red !important; }", "p{color:red!important}"),
        ("@font-face{font-family:a}", "@font-face{font-family:a}"),
    ],
)
def test_rules_that_no_page_can_match_are_left_out(css: str, left: str) -> None:
    assert without_unused(css, {"known", "primary=custom"}) == left


def test_the_pages_of_a_site_ask_for_one_style_sheet_wherever_they_are(tmp_path: Path) -> None:
    styles = tmp_path / "assets" / "stylesheets"
    styles.mkdir(parents=True)
    (styles / "one.css").write_text(".a { color: red }", "utf-8")
    (styles / "two.css").write_text(".b { color: red } .c { color: red }", "utf-8")
    links = "".join(
        f'<link rel="stylesheet" href="../assets/stylesheets/{name}.css">'
        for name in ("one", "two")
    )
    (tmp_path / "page").mkdir()
    page = tmp_path / "page" / "index.html"
    page.write_text(f'<head>{links}</head><p class="a b">', "utf-8")
    merge_styles(tmp_path)
    [style] = styles.iterdir()
    assert style.read_text("utf-8") == ".a{color:red}.b{color:red}"
    link = f'<link rel="stylesheet" href="../assets/stylesheets/{style.name}">'
    assert page.read_text("utf-8") == f'<head>{link}\n</head><p class="a b">'


DRAWN = "code => code.firstChild.parentElement.checkVisibility({ contentVisibilityAuto: true })"

# A line of code, in pixels. Browsers round each line's height, which adds up.
LINE = 22

# How far down the page each heading is.
PLACES = "all => all.map(each => Math.round(each.getBoundingClientRect().top + scrollY))"


@pytest.mark.parametrize("width", [412, 1280])
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_code_is_drawn_when_it_comes_near_and_nothing_moves(
    tab: Page, path: Path, width: int
) -> None:
    go(tab, f"/{path.stem}/")
    tab.set_viewport_size({"width": width, "height": 823})
    inside = tab.locator("article .listing pre > code > *, article .listing pre > code span")
    assert not inside.last.evaluate(DRAWN)
    headings = tab.locator("article :is(h1, h2, h3)")
    tab.wait_for_function("document.fonts.status === 'loaded'")
    before = headings.evaluate_all(PLACES)
    inside.last.scroll_into_view_if_needed()
    tab.wait_for_function(f"code => ({DRAWN})(code)", arg=inside.last.element_handle())
    tab.add_style_tag(content=".listing pre { content-visibility: visible !important }")
    after = headings.evaluate_all(PLACES)
    assert max(abs(one - other) for one, other in zip(before, after, strict=True)) < LINE / 2


def test_what_is_not_drawn_is_found_all_the_same(tab: Page) -> None:
    go(tab, "/03-database-backend/")
    last = tab.locator("article > .listing > .listing-block > pre > code").last
    words = (last.text_content() or "").strip().splitlines()[-1]
    assert tab.evaluate("words => find(words, true, true)", words)
    expect(last).to_be_in_viewport()
