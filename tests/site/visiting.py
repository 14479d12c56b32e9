"""Visits of the site."""

from playwright.sync_api import BrowserContext, Page

# In milliseconds: what takes longer, even on a machine that does much else, won't come.
PATIENCE = 30_000

# overrides/main.html says so when the theme's script has done what it does at its start.
STARTED = "'started' in document.documentElement.dataset"

AT_REST = "document.getAnimations().every(each => each.playState === 'finished')"

# A frame that is asked for now may have begun before: the one after it hasn't.
NEXT_FRAME = "new Promise(begun => requestAnimationFrame(() => requestAnimationFrame(begun)))"

# The last that a page asks for on its own: the program that searches.
SEARCH_LOADED = """
performance.getEntriesByType('resource').some(each => each.name.includes('/workers/search.'))
"""


def visit(context: BrowserContext, address: str) -> Page:
    """Open a page in a new tab. The theme's script starts once it is drawn: wait for that too."""
    page = context.new_page()
    go(page, address)
    return page


def go(page: Page, address: str) -> None:
    """Go to another page, and wait until it can be used."""
    page.goto(address)
    page.wait_for_function(STARTED)


def all_loaded(page: Page) -> None:
    """Wait for all that the page asks for on its own. A quiet network may also be a slow one."""
    page.wait_for_function(SEARCH_LOADED)
    page.wait_for_load_state("networkidle")


def drawn(page: Page) -> None:
    """Wait until the page is drawn as it is meant to be on the screen that it is on.

    The theme hears of another width when the page has been drawn anew, and some of what it then
    changes slides or fades.
    """
    page.evaluate(NEXT_FRAME)
    page.wait_for_function(AT_REST)


def search(page: Page, words: str) -> None:
    """Type into the search, and wait for what it finds.

    The theme asks when a key comes up: not of half a word, whose results would be replaced while
    they are looked at.
    """
    page.get_by_role("textbox", name="Search").focus()
    page.keyboard.insert_text(words)
    page.keyboard.press("Shift")
    page.locator(".md-search-result__link").first.wait_for()
