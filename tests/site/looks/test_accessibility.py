"""What shuts readers out: axe's findings, and what the keyboard can't reach."""

from collections.abc import Sequence
from typing import Literal

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import BrowserContext, Page, expect


def test_axe_finds_nothing(context: BrowserContext, prose_address: str) -> None:
    page = context.new_page()
    page.goto(prose_address)
    # What is folded is read too.
    page.evaluate("document.querySelectorAll('article details').forEach(each => each.open = true)")
    assert findings(page, "light", 1280) == []
    assert findings(page, "light", 360, skip=["color-contrast"]) == []
    assert findings(page, "dark", 1280, only=["color-contrast"]) == []


def findings(
    page: Page,
    scheme: Literal["light", "dark"],
    width: int,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
) -> list[tuple[str, ...]]:
    """What axe finds: how bad it is, what it is, and where. Rules that can't differ are skipped."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    options: dict[str, object] = {
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in skip},
    }
    if only:
        options["runOnly"] = {"type": "rule", "values": list(only)}
    page.wait_for_timeout(300)  # a colour that is on its way to another has no contrast yet
    return [
        (violation["impact"], violation["help"], *(str(each["target"]) for each in nodes[:5]))
        for violation in Axe().run(page, options=options).response["violations"]
        if (nodes := violation["nodes"])
    ]


def test_the_keyboard_skips_to_the_text(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/01-hello-world/")
    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/01-hello-world/#*")


def test_the_keyboard_reaches_every_link_and_button_of_a_chapter(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/01-hello-world/")
    wanted = set(
        page.eval_on_selector_all(
            "article a[href]:not([tabindex='-1'])", "all => all.map(each => each.href)"
        )
    )
    wanted |= {"copy"}
    reached = set()
    for _ in range(600):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.href ||"
                "document.activeElement.classList[0] || document.activeElement.tagName"
            )
        )
        if wanted <= reached:
            break
    assert wanted - reached == set()


def test_colours_follow_the_system_until_the_reader_chooses(context: BrowserContext) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="dark")
    page.goto("/")
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.emulate_media(color_scheme="light")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    page.get_by_title("Colours follow the system; switch to light").click()
    page.get_by_title("Light; switch to dark").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.goto("/01-hello-world/")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
