"""Every page, at the widths and in the colours that readers have."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.site.addresses import NOWHERE

WIDTHS = {"phone": 360, "tablet": 768, "desktop": 1280}

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

COLOURS = "getComputedStyle(document.body).colorScheme"


@pytest.fixture(scope="module")
def visitor(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """One visitor for all pages, whose browser keeps what pages share."""
    context = browser.new_context(base_url=site)
    yield context
    context.close()


def test_a_page_shows_well(visitor: BrowserContext, site: str, page_address: str) -> None:
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        expected = page_address == NOWHERE and "404" in message.text
        if message.type in ("error", "warning") and not expected:
            complaints.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{site}/", "data:", "blob:")):
            complaints.append(f"request to another host: {request.url}")

    with visitor.new_page() as page:
        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("request", on_request)
        page.goto(page_address)
        complaints += misfits(page)
    assert complaints == []


def misfits(page: Page) -> list[str]:
    """Where the page doesn't fit the screen or the colours that the reader has."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        page.wait_for_function(f"{COLOURS} === '{scheme}'")
        for name, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            try:
                # A moment's overflow is the sidebar, which slides from one layout to the next.
                page.wait_for_function(f"{OVERFLOW} <= 0", timeout=2000)
            except PlaywrightTimeoutError:
                overflow = page.evaluate(OVERFLOW)
                found.append(f"{overflow} px too wide for a {name}, {scheme}")
    return found
