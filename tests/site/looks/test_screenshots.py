"""Pictures of the main pages, for people to look at: in build/screenshots, and kept by CI."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.site.addresses import NOWHERE
from tutorial.repository import ROOT

FOLDER = ROOT / "build" / "screenshots"

PAGES = {
    "front-page": "/",
    "chapter-1": "/01-hello-world/",
    "chapter-2": "/02-todo-api/",
    "chapter-3": "/03-database-backend/",
    "exercises": "/exercises/01-hello-world/",
    "file": "/code/02-todo-api/project/views.py/",
    "changes": "/changes/03-database-backend/",
    "benchmarks": "/benchmarks/",
    "printable": "/print/",
    "not-found": NOWHERE,
}

SCREENS = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_a_picture_is_taken(
    browser: Browser, site: str, name: str, screen: str, scheme: Literal["light", "dark"]
) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": height}, color_scheme=scheme
    )
    try:
        page = context.new_page()
        answer = page.goto(PAGES[name])
        assert answer is not None
        assert answer.status == (404 if name == "not-found" else 200)
        expect(page.locator("article h1").first).to_be_in_viewport()
        page.evaluate("document.fonts.ready")
        path = FOLDER / f"{name}-{screen}-{scheme}.png"
        page.screenshot(path=path)
        assert path.read_bytes().startswith(b"\x89PNG")
    finally:
        context.close()
