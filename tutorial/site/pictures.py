"""The site's pictures, taken in a browser: `python -m tutorial.site.pictures`.

Two show the interactive docs, as the running app has them; one is the card that messengers show
with a link to the site. Run it where the docs of chapter 1 or card.html have changed; it needs
Chromium. The diagrams are drawn with each build, by diagrams.py.
"""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tutorial.chapters import find_chapter
from tutorial.errors import TutorialError
from tutorial.repository import ROOT
from tutorial.site.chapter_api import running

ASSETS = ROOT / "docs" / "assets"

CARD = Path(__file__).with_name("card.html")
CARD_SIZE: ViewportSize = {"width": 1200, "height": 630}

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Chromium's own errands would be requests to other hosts; root may not use its sandbox.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# Where a reader finds the docs, and so what the picture shows.
READERS = "localhost:8080"


def find_browser() -> str | None:
    """Return the path of a Chromium of this machine, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def take_pictures(folder: Path = ASSETS) -> None:
    """Take every picture of the site."""
    program = find_browser()
    if program is None:
        raise TutorialError(f"There is no browser here: looked for {', '.join(BROWSERS)}.")
    take_docs(program, folder)
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=OPTIONS) as browser,
    ):
        take_card(browser, folder)


def take_card(browser: Browser, folder: Path = ASSETS) -> None:
    """Take the card, in the size that messengers ask for."""
    page = browser.new_page(viewport=CARD_SIZE)
    page.goto(CARD.as_uri())
    page.evaluate("document.fonts.ready")
    page.screenshot(path=folder / "card.png")


def take_docs(program: str, folder: Path) -> None:
    """Take the docs of chapter 1, in light and in dark."""
    with running(find_chapter("1")) as address, sync_playwright() as playwright:
        here = f"--host-resolver-rules=MAP {READERS} {urlsplit(address).netloc}"
        with playwright.chromium.launch(executable_path=program, args=[*OPTIONS, here]) as browser:
            page = browser.new_page(
                viewport={"width": 1040, "height": 310}, device_scale_factor=1.5
            )
            open_docs(page)
            page.screenshot(path=folder / "interactive-docs-light.png")
            # The docs know one colour scheme; the browser's own darkening makes the other.
            page.context.new_cdp_session(page).send(
                "Emulation.setAutoDarkModeOverride", {"enabled": True}
            )
            page.wait_for_timeout(500)
            page.screenshot(path=folder / "interactive-docs-dark.png")


def open_docs(page: Page) -> None:
    """Open the docs as a reader finds them, without the one web font that they ask for."""
    page.route("https://**", lambda route: route.abort())
    page.goto(f"http://{READERS}/docs/")


if __name__ == "__main__":
    take_pictures()
