"""The interactive docs of each chapter's API, used as a person uses them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.site.visiting import PATIENCE
from tutorial.chapters import Chapter, all_chapters, find_chapter
from tutorial.site.chapter_api import running

WITH_TASKS = [chapter for chapter in all_chapters() if chapter.number > "01"]


class Docs:
    """The docs of a running API: each view has a form, behind its button."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def ask(self, view: str, **fields: str) -> tuple[str, Any]:
        """Fill the form of a view and send it; return the status and the data that it shows.

        Fields that aren't given are emptied: a form keeps what it was sent last.
        """
        self.page.locator(f"button[data-target='#_{view}_modal']").click()
        form = self.page.locator(f"#_{view}_modal.in")
        expect(form).to_be_visible()
        for field in form.locator("[name]").all():
            field.fill(fields.pop(field.get_attribute("name") or "", ""))
        assert not fields, f"no such fields in the form of {view}"
        # What the form shows until its answer comes is the answer before.
        with self.page.expect_response(is_answer) as answer:
            form.get_by_role("button", name="Send Request").click()
        status = form.locator(".response-status-code")
        expect(status).to_have_text(str(answer.value.status))
        form.get_by_role("button", name="Raw").click()
        raw = form.locator(".response-raw-response")
        expect(raw).to_contain_text(re.compile(re.escape(text(answer.value).strip()) + r"\s*$"))
        body = raw.inner_text().partition("\n\n")[2].strip()
        shown = status.inner_text(), json.loads(body) if body else None
        form.get_by_role("button", name="Close").click()
        expect(form).to_be_hidden()
        return shown


def is_answer(response: Response) -> bool:
    return response.request.resource_type in ("fetch", "xhr")


def text(response: Response) -> str:
    return "" if response.status == 204 else response.text()


def open_docs(browser: Browser, chapter: Chapter) -> Iterator[Docs]:
    with running(chapter) as address, browser.new_page() as page:
        # The framework asks for one web font; its absence does no harm.
        page.route("https://**", lambda route: route.abort())
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}docs/")
        page.evaluate("jQuery.support.transition = false")  # no waiting for forms to fade
        yield Docs(page)


@pytest.fixture
def welcome_docs(browser: Browser) -> Iterator[Docs]:
    """The docs of the first chapter."""
    yield from open_docs(browser, find_chapter("01"))


@pytest.fixture(params=WITH_TASKS, ids=lambda chapter: chapter.name)
def docs(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Docs]:
    """The docs of a chapter that has tasks; none, to begin with."""
    yield from open_docs(browser, request.param)


def test_a_guest_is_welcomed(welcome_docs: Docs) -> None:
    status, data = welcome_docs.ask("welcome", name="Ada")
    assert status == "200"
    assert data == {"message": "Welcome to API Star, Ada!"}


def test_a_person_can_keep_a_list_of_tasks(docs: Docs) -> None:
    milk = {"id": 1, "definition": "Buy milk", "completed": False}
    sleep = {"id": 2, "definition": "Sleep", "completed": False}

    assert docs.ask("list_tasks") == ("200", [])
    assert docs.ask("create_task", definition="Buy milk") == ("201", milk)
    assert docs.ask("create_task", definition="Sleep") == ("201", sleep)
    assert docs.ask("list_tasks") == ("200", [milk, sleep])

    slept = {**sleep, "completed": True}
    assert docs.ask("change_task", task_id="2", completed="true") == ("200", slept)
    assert docs.ask("read_task", task_id="2") == ("200", slept)
    assert docs.ask("list_tasks", completed="true") == ("200", [slept])
    assert docs.ask("list_tasks", completed="false") == ("200", [milk])

    bread = {**milk, "definition": "Buy bread"}
    assert docs.ask("change_task", task_id="1", definition="Buy bread") == ("200", bread)

    status, data = docs.ask("delete_task", task_id="1")
    assert (status, data) == ("204", None)
    assert docs.ask("list_tasks") == ("200", [slept])


def test_a_person_sees_what_is_wrong(docs: Docs) -> None:
    status, data = docs.ask("create_task", definition=" ")
    assert status == "400"
    assert "definition" in data
    status, data = docs.ask("read_task", task_id="7")
    assert status == "404"
    assert data == {"message": "Not found"}
