"""What shuts readers out of a page, as far as a program can tell: what axe finds."""

from collections.abc import Sequence
from typing import Literal

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.site.looks.contrast import contrast
from tests.site.visiting import drawn

Scheme = Literal["light", "dark"]

SCHEMES: Sequence[Scheme] = ("light", "dark")

# Each pair of ink and ground in the code: tens of thousands of words have a handful of them. Where
# the ground of a word is see-through, it is that of what it stands in.
INKS_ON_GROUNDS = """
() => {
    const groundOf = element => {
        for (; element; element = element.parentElement) {
            const ground = getComputedStyle(element).backgroundColor
            if (!/, 0\\)$/.test(ground)) return ground
        }
    }
    const found = new Map()
    for (const element of document.querySelectorAll('article pre, article pre *'))
        if ([...element.childNodes].some(each => each.nodeType === 3 && each.data.trim()))
            found.set(`${getComputedStyle(element).color} on ${groundOf(element)}`, element)
    return [...found.keys()]
}
"""


def barriers(page: Page) -> list[object]:
    """What axe finds on the page that is shown, at two widths and in both colour schemes.

    What is folded, or not drawn until it is near the screen, is unfolded and drawn first.
    """
    page.evaluate("document.querySelectorAll('article details').forEach(each => each.open = true)")
    page.add_style_tag(content=".listing pre { content-visibility: visible !important }")
    found: list[object] = []
    for width in (1280, 360):
        show(page, "light", width)
        found += findings(page, skip=["color-contrast"])
    for scheme in SCHEMES:
        show(page, scheme, 1280)
        found += findings(page, only=["color-contrast"], without="article pre")
        found += weak_inks(page)
    return found


def show(page: Page, scheme: Scheme, width: int) -> None:
    """Show the page in a colour scheme, at a width: drawn, with no colour on its way to another."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    name = "default" if scheme == "light" else "slate"
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", name)
    drawn(page)


def findings(
    page: Page, only: Sequence[str] = (), skip: Sequence[str] = (), without: str = ""
) -> list[tuple[str, ...]]:
    """What axe finds: how bad it is, what it is, and where. Rules that can't differ are skipped."""
    options: dict[str, object] = {
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in skip},
    }
    if only:
        options["runOnly"] = {"type": "rule", "values": list(only)}
    part = {"exclude": [without]} if without else None
    return [
        (violation["impact"], violation["help"], *(str(each["target"]) for each in nodes[:5]))
        for violation in Axe().run(page, context=part, options=options).response["violations"]
        if (nodes := violation["nodes"])
    ]


def weak_inks(page: Page) -> list[str]:
    """Which inks of the code can't be read well on their grounds: as axe says it, only sooner."""
    return [pair for pair in page.evaluate(INKS_ON_GROUNDS) if contrast(*pair.split(" on ")) < 4.5]
