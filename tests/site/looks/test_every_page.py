"""Every page, at the widths and in the colours that readers have."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Error, Page, Request
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.site.addresses import NOWHERE, site_pages
from tests.site.visiting import go

WIDTHS = {"phone": 360, "tablet": 768, "desktop": 1280}

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

COLOURS = "getComputedStyle(document.body).colorScheme"


def test_a_page_shows_well(tab: Page, site: str, prose_address: str) -> None:
    with listening(tab, site) as complaints:
        go(tab, prose_address)
        complaints += misfits(tab)
    if prose_address == NOWHERE:
        complaints = [each for each in complaints if "404" not in each]
    assert complaints == []


def test_every_page_shows_well_on_the_narrowest_screen(
    tab: Page, site: str, site_folder: Path
) -> None:
    """The other widths and colours are looked at where a page stands for its kind: see above."""
    found = {}
    tab.set_viewport_size({"width": WIDTHS["phone"], "height": 900})
    with listening(tab, site) as complaints:
        for address in site_pages(site_folder):
            go(tab, address)
            complaints += overflows(tab, "phone")
            if complaints:
                found[address] = complaints.copy()
            complaints.clear()
    assert found == {}


@contextmanager
def listening(page: Page, site: str) -> Iterator[list[str]]:
    """Inside the block, note what the browser complains of, and what it asks of other hosts."""
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{site}/", "data:", "blob:")):
            complaints.append(f"request to another host: {request.url}")

    def on_error(error: Error) -> None:
        complaints.append(f"error: {error}")

    page.on("console", on_console)
    page.on("pageerror", on_error)
    page.on("request", on_request)
    yield complaints
    page.remove_listener("console", on_console)
    page.remove_listener("pageerror", on_error)
    page.remove_listener("request", on_request)


def misfits(page: Page) -> list[str]:
    """Where the page doesn't fit the screen or the colours that the reader has."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        page.wait_for_function(f"{COLOURS} === '{scheme}'")
        for name, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{each}, {scheme}" for each in overflows(page, name)]
    return found


def overflows(page: Page, screen: str) -> list[str]:
    """Whether the page is wider than the screen that it is on."""
    try:
        # A moment's overflow is the sidebar, which slides from one layout to the next.
        page.wait_for_function(f"{OVERFLOW} <= 0", timeout=2000)
    except PlaywrightTimeoutError:
        return [f"{page.evaluate(OVERFLOW)} px too wide for a {screen}"]
    return []
