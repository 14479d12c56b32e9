"""What chapter 3 adds to the contract: the list comes in pages."""

import pytest


@pytest.fixture
def five(api):
    """Five tasks of which the second and the fourth are completed."""
    tasks = [api.post("/task/", json={"definition": text}).json() for text in "abcde"]
    for task in (tasks[1], tasks[3]):
        api.patch(f"/task/{task['id']}/", json={"completed": True})
        task["completed"] = True
    return tasks


def pages(api, path):
    """Follow the links from page to page."""
    while path:
        response = api.get(path)
        assert response.status_code == 200
        yield response.json()
        path = response.links.get("next", {}).get("url")


def test_the_pages_have_each_task_once_and_in_order(api, five):
    assert list(pages(api, "/task/?limit=2")) == [five[:2], five[2:4], five[4:]]


def test_the_pages_keep_the_filter(api, five):
    path = "/task/?limit=1&completed=true"
    assert list(pages(api, path)) == [[five[1]], [five[3]]]
    path = "/task/?limit=2&completed=false"
    assert list(pages(api, path)) == [[five[0], five[2]], [five[4]]]


def test_a_page_has_at_most_100_tasks(api):
    for number in range(101):
        api.post("/task/", json={"definition": str(number)})
    assert [len(page) for page in pages(api, "/task/")] == [100, 1]


def test_a_deleted_task_moves_no_other(api, five):
    first = api.get("/task/?limit=2")
    api.delete(f"/task/{five[0]['id']}/")
    assert api.get(first.links["next"]["url"]).json() == five[2:4]


def test_the_last_page_may_be_full(api, five):
    response = api.get("/task/?limit=5")
    assert response.json() == five
    assert "Link" not in response.headers


def test_after_the_last_task_there_is_nothing(api, five):
    response = api.get(f"/task/?after={five[-1]['id']}")
    assert response.status_code == 200
    assert response.json() == []
    assert "Link" not in response.headers


@pytest.mark.parametrize("limit", ["", "0", "01", "101", "-1", "1.5", "milk", "%FF"])
def test_a_limit_is_a_number_from_1_to_100(api, limit):
    response = api.get(f"/task/?limit={limit}")
    assert response.status_code == 400
    assert response.json() == {"limit": "Must be a number from 1 to 100."}


@pytest.mark.parametrize("after", ["", "0", "01", "-1", "2147483648", "milk", "%FF"])
def test_a_page_begins_after_a_task(api, after):
    response = api.get(f"/task/?after={after}")
    assert response.status_code == 400
    assert response.json() == {"after": "Must be a task's number."}
