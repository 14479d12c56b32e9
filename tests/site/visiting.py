"""Visits of the site."""

from playwright.sync_api import BrowserContext, Page

# overrides/main.html says so when the theme's script has done what it does at its start.
STARTED = "'started' in document.documentElement.dataset"


def visit(context: BrowserContext, address: str) -> Page:
    """Open a page in a new tab. The theme's script starts once it is drawn: wait for that too."""
    page = context.new_page()
    go(page, address)
    return page


def go(page: Page, address: str) -> None:
    """Go to another page, and wait until it can be used."""
    page.goto(address)
    page.wait_for_function(STARTED)
