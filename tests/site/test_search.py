"""The search finds what readers look for: names of the code, commands, status codes, errors."""

import pytest
from playwright.sync_api import Page, expect

from tests.site.visiting import go, search

# What somebody types, and the pages of which one must be among the first that are found.
WANTED = [
    ("welcome", "01-hello-world"),  # a view
    ("requirements.txt", "01-hello-world"),  # a file
    ("virtual environment", "01-hello-world"),  # words
    ("apistar new", "01-hello-world"),  # a command
    ("TestClient", "01-hello-world"),  # a class of the framework
    ("create_task", "02-todo-api"),  # a view
    ("handle_error", "02-todo-api"),  # a function
    ("TaskDefinition", "02-todo-api"),  # a class
    ("201", "02-todo-api"),  # a status code
    ("415", "02-todo-api"),
    ("Unknown field.", "02-todo-api"),  # an error message
    ("create_tables", "03-database-backend"),  # a command
    ("DATABASE_URL", "03-database-backend"),  # a variable
    ("503", "03-database-backend"),
]

# As many as are shown at once.
FIRST = 10


@pytest.mark.parametrize(("words", "chapter"), WANTED)
def test_the_search_finds(tab: Page, words: str, chapter: str) -> None:
    go(tab, "/")
    search(tab, words)
    first = tab.locator(".md-search-result__item").all()[:FIRST]
    links = [item.locator(f".md-search-result__link[href*='/{chapter}/']") for item in first]
    found = next((link.first for link in links if link.count()), None)
    assert found is not None, [item.inner_text()[:60] for item in first]
    assert tab.locator(".md-search-result mark").count()
    found.evaluate("link => link.closest('details')?.setAttribute('open', '')")
    found.click()
    tab.wait_for_url(f"**/{chapter}/**")


def test_the_keyboard_leads_to_a_result(tab: Page) -> None:
    go(tab, "/")
    search(tab, "create_tables")
    tab.keyboard.press("ArrowDown")
    expect(tab.locator(".md-search-result__link").first).to_be_focused()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/03-database-backend/**")


def test_the_printable_page_does_not_crowd_the_results(tab: Page) -> None:
    go(tab, "/")
    search(tab, "welcome")
    assert tab.locator(".md-search-result__link[href*='/print/']").count() == 0
