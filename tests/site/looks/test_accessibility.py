"""What shuts readers out: axe's findings, and what the keyboard can't reach."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.site.looks.barriers import barriers
from tests.site.visiting import drawn, go, visit


def test_axe_finds_nothing(tab: Page, prose_address: str) -> None:
    go(tab, prose_address)
    assert barriers(tab) == []


def test_the_keyboard_skips_to_the_text(context: BrowserContext) -> None:
    page = visit(context, "/01-hello-world/")
    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/01-hello-world/#*")


# Writes down where the focus comes to, and where it can't be seen: beyond the screen's edge, or
# with no frame around it, nor around a label that stands for it.
WATCH_FOCUS = """
() => {
    window.reached = []
    window.unseen = []
    const isFramed = element => {
        if (!element) return false
        const { left, right, top, bottom, width, height } = element.getBoundingClientRect()
        const { outlineStyle, visibility, opacity } = getComputedStyle(element)
        return width > 1 && height > 1 && right > 0 && left < innerWidth && bottom > 0
            && top < innerHeight && outlineStyle !== 'none' && visibility === 'visible'
            && opacity !== '0'
    }
    addEventListener('focusin', ({ target }) => {
        const stands = document.querySelector(`.md-header [for="${target.id || 'nothing'}"]`)
        const shown = [target, target.nextElementSibling, stands,
            target.parentElement.querySelector(':scope > .tabbed-labels')]
        reached.push(target)
        if (!shown.some(isFramed)) unseen.push(target.outerHTML.slice(0, 120))
    })
}
"""

# What can be used, and hasn't been reached. Of several radio buttons only the one that is chosen is
# reached by Tab, the others from there by arrows; so are the results of a search, from its field.
# The button that leads back to the top comes and goes with the scrolling, so the focus may have
# passed it; a key of its own does what it does.
NOT_REACHED = """
() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex],'
        + '[role=button], [onclick], pre > code')]
    .filter(each => each.checkVisibility({ visibilityProperty: true }))
    .filter(each => !each.matches('[tabindex="-1"], [type=radio]:not(:checked)'))
    .filter(each => !each.closest('.md-search__output, .md-top'))
    .filter(each => each.localName !== 'code' || each.scrollWidth > each.clientWidth + 1)
    .filter(each => !reached.includes(each))
    .map(each => each.outerHTML.slice(0, 120))
"""

WENT_ROUND = "new Set(reached).size < reached.length"

# On a narrow screen the search, which opens around the focus, holds the page fast while it is open.
PAST_THE_SEARCH = """
reached.some(each => each.matches('.md-search__input'))
    && !document.activeElement.closest('.md-search')
"""
PAGE_SCROLLS = "!document.body.hasAttribute('data-md-scrolllock')"


def walk(page: Page) -> None:
    """Hold Tab down until the focus comes to where it has been."""
    page.evaluate(WATCH_FOCUS)
    while not page.evaluate(PAST_THE_SEARCH):
        page.keyboard.press("Tab")
        assert not page.evaluate(WENT_ROUND), "The focus never comes to the search."
    page.wait_for_function(PAGE_SCROLLS)
    for _ in range(50):
        for _ in range(20):
            page.keyboard.down("Tab")
        if page.evaluate(WENT_ROUND):
            page.keyboard.up("Tab")
            return
    page.keyboard.up("Tab")
    pytest.fail("The focus never comes round.")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_keyboard_reaches_all_that_can_be_used(
    tab: Page, prose_address: str, width: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    go(tab, prose_address)
    drawn(tab)
    walk(tab)
    assert tab.evaluate(NOT_REACHED) == []
    assert tab.evaluate("unseen") == []


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_opens_the_navigation_of_a_narrow_screen(
    context: BrowserContext, key: str
) -> None:
    page = visit(context, "/01-hello-world/")
    page.set_viewport_size({"width": 360, "height": 800})
    navigation = page.locator(".md-sidebar--primary")
    link = navigation.get_by_role("link", name="Glossary")
    expect(link).to_be_hidden()
    page.get_by_title("Navigation").press(key)
    expect(link).to_be_visible()
    section = navigation.get_by_role("link", name="Write a view")
    expect(section).to_be_hidden()
    navigation.locator("label[tabindex]").press(key)
    expect(section).to_be_visible()
    section.press("Enter")
    page.wait_for_url("**/01-hello-world/#write-a-view")


def test_colours_follow_the_system_until_the_reader_chooses(context: BrowserContext) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="dark")
    go(page, "/")
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.emulate_media(color_scheme="light")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    page.get_by_title("Colours follow the system; switch to light").click()
    page.get_by_title("Light; switch to dark").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    go(page, "/01-hello-world/")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
