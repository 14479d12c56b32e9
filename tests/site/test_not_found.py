"""The page for what isn't there: it is whole wherever it is shown, and leads back."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.site.visiting import all_loaded, go, search


@pytest.mark.parametrize("address", ["/nothing", "/no/such/page/", "/code/01-hello-world/a/b/c/d"])
def test_what_is_not_there_is_said_at_any_depth(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    failed: list[str] = []
    page.on(
        "response",
        lambda response: failed.append(response.url) if response.status >= 400 else None,
    )
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404
    all_loaded(page)
    assert [url for url in failed if not url.endswith(address)] == []
    expect(page.get_by_role("heading", name="There is no page here")).to_be_visible()
    assert "Source Serif" in page.locator("article h1").evaluate(
        "heading => getComputedStyle(heading).fontFamily"
    )


def test_the_search_works_where_nothing_is(tab: Page) -> None:
    go(tab, "/no/such/page/")
    search(tab, "create_task")
    tab.locator(".md-search-result__link[href*='/02-todo-api/']").first.click()
    tab.wait_for_url("**/02-todo-api/**")


def test_a_way_leads_back(tab: Page) -> None:
    go(tab, "/no/such/page/")
    tab.locator("article").get_by_role("link", name="Start here").click()
    expect(tab.get_by_role("heading", name="API Star from scratch", level=1)).to_be_visible()
