"""The API keeps tasks as a dictionary would: whatever is done, in whatever order."""

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.fuzz import examples
from tests.fuzz.client import Answer, Client
from tests.fuzz.contract import check
from tests.fuzz.rules import Page, Refusal, judge_fields
from tests.fuzz.test_contract import JSON, next_page

NOT_FOUND = {"message": "Not found"}
# How many sequences of how many steps; SQLite gets a share.
SEQUENCES = {"postgresql": 80, "sqlite": 20}
STEPS = 40

fields = st.fixed_dictionaries(
    {},
    optional={
        "definition": st.one_of(examples.good_definitions, examples.definitions),
        "completed": st.one_of(st.booleans(), examples.completeds),
        "colour": st.just("red"),
    },
)


class Tasks(RuleBasedStateMachine):
    """An API, and the dictionary that it should be like."""

    client: Client
    ids = Bundle("ids")
    deleted = Bundle("deleted")

    def ask(self, method: str, target: str, data: object = None) -> tuple[Answer, Any]:
        """A documented answer, and the JSON in it."""
        body = None if data is None else json.dumps(data).encode()
        answer = self.client.ask(method, target, body, [JSON] if body else [])
        check(method, target, answer)
        return answer, json.loads(answer.body) if answer.body else None

    @initialize()
    def begin(self) -> None:
        """Begin with no task at all."""
        self.tasks: dict[int, dict[str, Any]] = {}
        self.last_id = 0
        self.delete_all()

    def teardown(self) -> None:
        """Leave no task behind."""
        self.delete_all()

    def delete_all(self) -> None:
        """Delete whatever the lists have, page by page."""
        while tasks := self.ask("GET", "/task/")[1]:
            for task in tasks:
                assert self.ask("DELETE", f"/task/{task['id']}/")[0].status == 204

    @rule(target=ids, data=fields)
    def create(self, data: dict[str, Any]) -> Any:
        """A new task has a larger id than each before it, or is refused."""
        answer, task = self.ask("POST", "/task/", data)
        wanted = judge_fields(data, ["definition"], [])
        if isinstance(wanted, Refusal):
            assert wanted.is_in(answer.status, task), (wanted, answer)
            return multiple()
        assert answer.status == 201
        assert task["id"] > self.last_id
        assert task == {"id": task["id"], "completed": False, **wanted}
        self.last_id = task["id"]
        self.tasks[task["id"]] = task
        return task["id"]

    @rule(task_id=ids)
    def read(self, task_id: int) -> None:
        """A task is as it was left."""
        answer, task = self.ask("GET", f"/task/{task_id}/")
        assert (answer.status, task) == (200, self.tasks[task_id])

    @rule(task_id=ids, data=fields)
    def change(self, task_id: int, data: dict[str, Any]) -> None:
        """A change changes what it names, or is refused and changes nothing."""
        answer, task = self.ask("PATCH", f"/task/{task_id}/", data)
        wanted = judge_fields(data, [], ["definition", "completed"])
        if isinstance(wanted, Refusal):
            assert wanted.is_in(answer.status, task), (wanted, answer)
        else:
            self.tasks[task_id] = {**self.tasks[task_id], **wanted}
            assert (answer.status, task) == (200, self.tasks[task_id])

    @rule(target=deleted, task_id=consumes(ids))
    def delete(self, task_id: int) -> int:
        """A task can be deleted."""
        assert self.ask("DELETE", f"/task/{task_id}/")[0].status == 204
        del self.tasks[task_id]
        return task_id

    @rule(task_id=deleted, method=st.sampled_from(["GET", "PATCH", "DELETE"]))
    def look_for_a_deleted_task(self, task_id: int, method: str) -> None:
        """It is gone for every method."""
        data = {"completed": True} if method == "PATCH" else None
        answer, said = self.ask(method, f"/task/{task_id}/", data)
        assert (answer.status, said) == (404, NOT_FOUND)

    @rule(
        completed=st.sampled_from([None, True, False]),
        limit=st.integers(1, 100),
        after=st.one_of(st.just(0), ids, deleted, st.integers(1, 2**31 - 1)),
    )
    def list(self, completed: bool | None, limit: int, after: int) -> None:
        """A page has what a dictionary would give, and leads to the next where there is one."""
        page = Page(completed, limit, after)
        tasks, more = page.of(self.tasks.values())
        query = {"limit": str(limit)}
        if completed is not None:
            query["completed"] = str(completed).lower()
        if after:
            query["after"] = str(after)
        answer, found = self.ask("GET", f"/task/?{urlencode(query)}")
        assert (answer.status, found) == (200, tasks)
        assert ("link" in answer.headers) is more
        if more:
            assert next_page(answer) == Page(completed, limit, tasks[-1]["id"])

    @rule(limit=st.integers(1, 7))
    def turn_the_pages(self, limit: int) -> None:
        """From link to link, each task comes once."""
        found: list[dict[str, Any]] = []
        target = f"/task/?limit={limit}"
        while target:
            answer, tasks = self.ask("GET", target)
            found += tasks
            target = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
        assert found == list_of(self.tasks)

    @invariant()
    def nothing_else_is_there(self) -> None:
        """The whole list is the dictionary's."""
        if hasattr(self, "tasks") and len(self.tasks) <= 100:
            assert self.ask("GET", "/task/")[1] == list_of(self.tasks)


def list_of(tasks: dict[int, dict[str, Any]]) -> "list[dict[str, Any]]":
    """The tasks by id."""
    return [tasks[task_id] for task_id in sorted(tasks)]


def test_the_api_is_like_a_dictionary(client: Client) -> None:
    class TasksOfClient(Tasks):
        pass

    TasksOfClient.client = client
    run_state_machine_as_test(
        TasksOfClient,
        settings=settings(max_examples=SEQUENCES[client.name], stateful_step_count=STEPS),
    )
