"""Whether a page fits the widths and the colours that readers have, and its browser is content."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import ConsoleMessage, Error, Page, Request

from tests.site.visiting import drawn

WIDTHS = {"phone": 360, "tablet": 768, "desktop": 1280}

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

COLOURS = "getComputedStyle(document.body).colorScheme"


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
    try:
        yield complaints
    finally:
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
    """Whether the page is wider than the screen that it is on, once nothing moves any more."""
    drawn(page)
    width = page.evaluate(OVERFLOW)
    return [f"{width} px too wide for a {screen}"] if width > 0 else []
