"""Property-based tests of the whole contract: whatever is sent, the answer is a documented one."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz import examples
from tests.fuzz.client import Answer, Client
from tests.fuzz.contract import check, path_of
from tests.fuzz.rules import Page, Refusal, is_task_id, judge_body, judge_query

JSON = (b"Content-Type", b"application/json")
# PostgreSQL gets most of the examples; SQLite, whose faults are other ones, a share.
SHARES = {"postgresql": 1.0, "sqlite": 0.2}


def ask(client: Client, method: str, target: str, *arguments: Any, **options: Any) -> Answer:
    """Send a request; the answer is one of those that the description has for it."""
    answer = client.ask(method, target, *arguments, **options)
    check(method, target, answer)
    return answer


def create(client: Client, definition: str) -> dict[str, Any]:
    """A new task."""
    answer = ask(client, "POST", "/task/", json.dumps({"definition": definition}).encode(), [JSON])
    assert answer.status == 201
    task: dict[str, Any] = json.loads(answer.body)
    return task


def delete(client: Client, task: dict[str, Any]) -> None:
    """Leave no task behind: the next list is as short as the one before."""
    assert ask(client, "DELETE", f"/task/{task['id']}/").status == 204


def next_page(answer: Answer) -> Page | Refusal:
    """The page to which an answer's Link leads."""
    address, _, _ = answer.headers["link"].partition(">")
    return judge_query(parse_qsl(address.partition("?")[2], strict_parsing=True))


def run(client: Client, count: int, test: Any) -> None:
    """Run a property's test on so many examples, fewer where the server gets a share."""
    settings(max_examples=int(count * SHARES[client.name]))(test)()


def test_any_body_of_a_new_task_is_judged_by_the_rules(client: Client) -> None:
    @example(b'{"definition": "a", "definition": "b"}', ("application/json", "application/json"), 0)
    @given(examples.bodies, examples.content_types, st.booleans())
    def test(body: bytes, content_type: tuple[str, str], chunked: bool) -> None:
        written, media_type = content_type
        headers = [(b"Content-Type", written.encode())]
        answer = ask(client, "POST", "/task/", body, headers, chunked=chunked)
        wanted = judge_body(body, media_type, ["definition"], [])
        data = json.loads(answer.body)
        if isinstance(wanted, Refusal):
            assert wanted.is_in(answer.status, data), (wanted, answer)
        else:
            assert answer.status == 201, answer
            assert data == {"id": data["id"], "completed": False, **wanted}
            assert answer.headers["location"] == f"/task/{data['id']}/"
            delete(client, data)

    run(client, 2200, test)


def test_any_body_of_a_change_is_judged_by_the_rules(client: Client) -> None:
    task = create(client, "Buy milk")
    target = f"/task/{task['id']}/"

    @given(examples.bodies, examples.content_types, st.booleans())
    def test(body: bytes, content_type: tuple[str, str], chunked: bool) -> None:
        written, media_type = content_type
        headers = [(b"Content-Type", written.encode())]
        answer = ask(client, "PATCH", target, body, headers, chunked=chunked)
        wanted = judge_body(body, media_type, [], ["definition", "completed"])
        data = json.loads(answer.body)
        if isinstance(wanted, Refusal):
            assert wanted.is_in(answer.status, data), (wanted, answer)
        else:
            task.update(wanted)
            assert (answer.status, data) == (200, task)
        assert json.loads(ask(client, "GET", target).body) == task

    run(client, 1800, test)
    delete(client, task)


def test_any_id_in_any_encoding_is_a_tasks_or_is_not_found(client: Client) -> None:
    body = b'{"completed": true}'

    @given(examples.task_ids.flatmap(examples.percent_encoded), st.sampled_from(["GET", "PATCH"]))
    def test(task_id: str, method: str) -> None:
        target = f"/task/{task_id}/"
        answer = ask(client, method, target, body if method == "PATCH" else None, [JSON])
        if not is_task_id(path_of(target).removeprefix("/task/")[:-1]):
            assert answer.status != 200

    run(client, 1000, test)


def test_any_query_of_the_list_is_judged_by_the_rules(client: Client) -> None:
    tasks = [create(client, f"Task {number}") for number in range(3)]
    for task in tasks[1:]:
        change = b'{"completed": true}'
        task.update(json.loads(ask(client, "PATCH", f"/task/{task['id']}/", change, [JSON]).body))
    page_after_first = [("after", str(tasks[0]["id"])), ("limit", "1")]

    @example(page_after_first)
    @example([("completed", "true"), ("limit", "1")])
    @example([*page_after_first, ("completed", "false"), ("limit", "milk")])
    @given(examples.parameters())
    def test(parameters: list[tuple[str, str]]) -> None:
        query = "&".join(
            f"{quote_plus(name, errors='replace')}={quote_plus(value, errors='replace')}"
            for name, value in parameters
        )
        answer = ask(client, "GET", f"/task/?{query}")
        wanted = judge_query(parameters)
        data = json.loads(answer.body)
        if isinstance(wanted, Refusal):
            assert wanted.is_in(answer.status, data), (wanted, answer)
        else:
            assert isinstance(wanted, Page)
            page, more = wanted.of(tasks)
            assert (answer.status, data, "link" in answer.headers) == (200, page, more)
            if more:
                assert next_page(answer) == replace(wanted, after=page[-1]["id"])

    run(client, 1800, test)
    for task in tasks:
        delete(client, task)


def test_any_name_is_welcomed_as_it_is(client: Client) -> None:
    @given(examples.texts)
    def test(name: str) -> None:
        answer = ask(client, "GET", f"/?name={quote_plus(name, errors='replace')}")
        said = name.encode("utf-8", "replace").decode()
        greeting = f"Welcome to API Star, {said}!" if name else "Welcome to API Star!"
        assert json.loads(answer.body) == {"message": greeting}

    run(client, 500, test)


def test_any_path_and_method_has_a_documented_answer(client: Client) -> None:
    @example("//evil.example/task", "GET")
    @example("/task//", "GET")
    @example("/task", "POST")
    @given(examples.paths, examples.methods)
    def test(path: str, method: str) -> None:
        body = b"{}" if method in ("POST", "PUT", "PATCH") else None
        ask(client, method, path, body, [JSON])

    run(client, 2200, test)


def test_headers_that_nobody_knows_change_nothing(client: Client) -> None:
    task = create(client, "Buy milk")
    target = f"/task/{task['id']}/"

    @given(examples.headers(), st.sampled_from(["GET", "HEAD", "PATCH"]))
    def test(headers: list[tuple[bytes, bytes]], method: str) -> None:
        body = b'{"definition": "Buy milk"}' if method == "PATCH" else None
        answer = ask(client, method, target, body, [JSON, *headers])
        assert answer.status == 200
        assert method == "HEAD" or json.loads(answer.body) == task

    run(client, 1200, test)
    delete(client, task)
