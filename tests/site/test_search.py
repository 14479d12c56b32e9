"""The search finds what readers look for: names of the code, status codes, files, errors."""

import pytest
from playwright.sync_api import BrowserContext

WANTED = [
    ("welcome", "01-hello-world"),
    ("requirements.txt", "01-hello-world"),
    ("virtual environment", "01-hello-world"),
    ("create_task", "02-todo-api"),
    ("TaskDefinition", "02-todo-api"),
    ("Include", "02-todo-api"),
    ("201", "02-todo-api"),
    ("create_tables", "03-database-backend"),
    ("DATABASE_URL", "03-database-backend"),
    ("503", "03-database-backend"),
]


@pytest.mark.parametrize(("words", "chapter"), WANTED)
def test_the_search_finds(context: BrowserContext, words: str, chapter: str) -> None:
    page = context.new_page()
    page.goto("/")
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type(words)
    found = page.locator(f".md-search-result__link[href*='/{chapter}/']").first
    found.wait_for()
    assert found.locator("mark").count() or page.locator(".md-search-result mark").count()
    found.click()
    page.wait_for_url(f"**/{chapter}/**")
