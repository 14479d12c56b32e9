"""Clients of the TODO API, many at once, that know what they may hear.

Each has tasks of its own, so it knows what every answer must be. What the server has
acknowledged is kept in an account, by which the tasks are looked for at the end.
"""

import asyncio
import json
import random
import re
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import httpx

NOT_FOUND = {"message": "Not found"}
NOT_READY = {"message": "The database is not ready, try again later."}

# Clients come and go.
REQUESTS_A_CONNECTION = 50

# How long a client waits for an answer, in seconds.
PATIENCE = 60

# A task as the API answers it.
Task = dict[str, Any]

JSON = {"Content-Type": "application/json"}
ANY_MESSAGE = {"message": ...}

# Requests that break the contract, and what they hear. Of a message that says `...` only the
# field counts: its words aren't part of the contract.
WRONG: list[tuple[str, str, bytes | None, dict[str, str], int, dict[str, Any]]] = [
    ("POST", "/task/", b"{}", JSON, 400, {"definition": "This field is required."}),
    ("POST", "/task/", b'{"definition": ""}', JSON, 400, {"definition": ...}),
    ("POST", "/task/", b'{"definition": "x", "a": 1}', JSON, 400, {"a": "Unknown field."}),
    ("POST", "/task/", b"{", JSON, 400, ANY_MESSAGE),
    ("POST", "/task/", b'"\xff', JSON, 400, ANY_MESSAGE),
    ("POST", "/task/", b"x", {"Content-Type": "text/plain"}, 415, ANY_MESSAGE),
    ("POST", "/task/", b'{"definition": "x"}'.ljust(65_537), JSON, 413, ANY_MESSAGE),
    ("PATCH", "/task/1/", b'{"completed": 1}', JSON, 400, {"completed": ...}),
    ("PATCH", "/task/01/", b'{"completed": true}', JSON, 404, NOT_FOUND),
    ("GET", "/task/2147483648/", None, {}, 404, NOT_FOUND),
    ("GET", "/task/?completed=1", None, {}, 400, {"completed": "Must be true or false."}),
    ("GET", "/task/?limit=0", None, {}, 400, {"limit": "Must be a number from 1 to 100."}),
    ("GET", "/task/?after=01", None, {}, 400, {"after": "Must be a task's number."}),
    ("GET", "/milk/", None, {}, 404, NOT_FOUND),
    ("PUT", "/task/", b"{}", JSON, 405, {"message": "Method not allowed"}),
    ("GET", "/task?completed=true", None, {}, 308, ANY_MESSAGE),
]


@dataclass(frozen=True)
class Answer:
    """What the server has answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Its body, which must be JSON and say so."""
        assert self.headers["Content-Type"] == "application/json"
        return json.loads(self.body)


@dataclass
class Account:
    """What clients have asked for, and what they have been told."""

    answers: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    # Connections that ended without an answer.
    broken: int = 0
    # What isn't in the contract.
    violations: list[str] = field(default_factory=list)
    # Each task that was answered with 201, and what it may be now; None where it may be deleted.
    # That is more than one thing where a change was sent and not acknowledged.
    tasks: dict[int, list[Task | None]] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        """How many requests were sent and have come to an end."""
        return self.answers.total() + self.broken

    @property
    def by_status(self) -> str:
        """How many answers there were of each status."""
        return ", ".join(f"{status}: {self.answers[status]}" for status in sorted(self.answers))

    def percentile(self, percent: int) -> float:
        """So many percent of the answers came within this time, in milliseconds."""
        return quantiles(self.seconds, n=100, method="inclusive")[percent - 1] * 1000


class Client:
    """Asks one thing after another, of tasks of its own.

    Where faults are to be expected, it may hear 503, or lose its connection.
    """

    def __init__(self, account: Account, name: str, faults: bool) -> None:
        self._session: aiohttp.ClientSession
        self._account = account
        self._name = name
        self._faults = faults
        # The same requests in each run.
        self._random = random.Random(name)
        self._made = 0
        self._tasks: dict[int, Task] = {}
        self._deleted: list[int] = []
        # The last request and its answer.
        self._last = ""

    async def ask_something(self, session: aiohttp.ClientSession) -> None:
        """Send one request, and hold its answer to the contract."""
        self._session = session
        kinds = [self.create, self.read, self.list, self.change, self.delete, self.be_wrong]
        [kind] = self._random.choices(kinds, weights=[25, 25, 15, 20, 5, 10])
        try:
            await kind()
        except (AssertionError, LookupError, TypeError, ValueError) as error:
            broken = traceback.extract_tb(error.__traceback__)[-1].line
            self._account.violations.append(f"{self._last} breaks `{broken}`")

    async def create(self) -> None:
        """Add a task."""
        self._made += 1
        what = self._random.choice(["Buy milk", "牛乳", "🥛", "<b>'\"; --"])
        definition = f"{self._name}, {self._made}: {what}"
        answer = await self._ask("POST", "/task/", json={"definition": definition})
        if answer is not None:
            assert answer.status == 201
            task = answer.json()
            assert task == {"id": task["id"], "definition": definition, "completed": False}
            assert answer.headers["Location"] == f"/task/{task['id']}/"
            assert task["id"] not in self._account.tasks
            self._keep(task)

    async def read(self) -> None:
        """Read a task, or one that has been deleted."""
        if self._deleted and self._random.random() < 0.1:
            await self._find_nothing("GET")
        elif self._tasks:
            task = self._any_task()
            answer = await self._ask("GET", f"/task/{task['id']}/")
            if answer is not None:
                assert answer.status == 200
                assert answer.json() == task

    async def list(self) -> None:
        """Read a page of the list; this client's own tasks must be right there."""
        limit = self._random.choice([None, 1, 10, 100])
        after = self._random.choice([None, *self._tasks])
        completed = self._random.choice([None, True, False])
        given = {"completed": completed, "limit": limit, "after": after}
        query = list_query(given)
        answer = await self._ask("GET", "/task/" + "?" * bool(query) + urlencode(query))
        if answer is None:
            return
        assert answer.status == 200
        page = answer.json()
        ids = [task["id"] for task in page]
        assert len(page) <= (limit or 100)
        assert ids == sorted(set(ids))
        assert all(task_id > (after or 0) for task_id in ids)
        for task in page:
            assert task.keys() == {"id", "definition", "completed"}
            assert isinstance(task["definition"], str)
            assert isinstance(task["completed"], bool)
            assert completed in (None, task["completed"])
        end = float("inf")
        if "Link" in answer.headers:
            assert len(page) == (limit or 100)
            end = ids[-1]
            assert next_page(answer.headers["Link"]) == list_query(
                {**given, "limit": limit or 100, "after": end}
            )
        there = {task["id"]: task for task in page}
        for task_id, task in self._tasks.items():
            listed = (after or 0) < task_id <= end and completed in (None, task["completed"])
            assert there.get(task_id) == (task if listed else None)

    async def change(self) -> None:
        """Change a task's definition, whether it is completed, or both."""
        if not self._tasks:
            return
        task = self._any_task()
        definition = f"{task['definition'].partition(', then ')[0]}, then {self._random.random()}"
        both = {"definition": definition, "completed": not task["completed"]}
        names = self._random.choice([["definition"], ["completed"], ["definition", "completed"]])
        changes = {name: both[name] for name in names}
        changed = {**task, **changes}
        self._leave_alone(task, changed)
        answer = await self._ask("PATCH", f"/task/{task['id']}/", json=changes)
        if answer is not None:
            assert answer.status == 200
            assert answer.json() == changed
            self._keep(changed)

    async def delete(self) -> None:
        """Delete a task."""
        if not self._tasks:
            return
        task = self._any_task()
        self._leave_alone(task, None)
        answer = await self._ask("DELETE", f"/task/{task['id']}/")
        if answer is not None:
            assert answer.status == 204
            assert answer.body == b""
            self._account.tasks[task["id"]] = [None]
            self._deleted.append(task["id"])

    async def be_wrong(self) -> None:
        """Ask for what the contract refuses."""
        if self._deleted and self._random.random() < 0.2:
            await self._find_nothing("DELETE")
            return
        method, target, body, headers, status, expected = self._random.choice(WRONG)
        answer = await self._ask(method, target, data=body, headers=headers)
        if answer is not None:
            assert answer.status == status
            said = answer.json()
            assert said.keys() == expected.keys()
            assert all(said[name] == text for name, text in expected.items() if text is not ...)

    async def _find_nothing(self, method: str) -> None:
        """Ask for a task that has been deleted."""
        answer = await self._ask(method, f"/task/{self._random.choice(self._deleted)}/")
        if answer is not None:
            assert answer.status == 404
            assert answer.json() == NOT_FOUND

    def _any_task(self) -> Task:
        return self._random.choice([*self._tasks.values()])

    def _keep(self, task: Task) -> None:
        """The server has acknowledged that the task is so."""
        self._tasks[task["id"]] = task
        self._account.tasks[task["id"]] = [task]

    def _leave_alone(self, task: Task, changed: Task | None) -> None:
        """Until the change is acknowledged, nobody knows whether the task is changed."""
        del self._tasks[task["id"]]
        self._account.tasks[task["id"]] = [task, changed]

    async def _ask(self, method: str, target: str, **options: Any) -> Answer | None:
        """Send a request and give its answer; None where a fault kept the answer back."""
        self._last = f"{method} {target}"
        started = time.perf_counter()
        try:
            request = self._session.request(method, target, allow_redirects=False, **options)
            async with request as response:
                answer = Answer(response.status, response.headers, await response.read())
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            self._account.broken += 1
            if not self._faults:
                self._account.violations.append(f"{self._last}: {error!r}")
            return None
        except TimeoutError:
            raise AssertionError(f"No answer within {PATIENCE} s.") from None
        self._account.seconds.append(time.perf_counter() - started)
        self._account.answers[answer.status] += 1
        self._last += f" -> {answer.status} {answer.body[:200]!r}"
        if answer.status == 503 and self._faults:
            assert answer.json() == NOT_READY
            return None
        return answer


def list_query(given: Mapping[str, int | bool | None]) -> dict[str, str]:
    """The parameters of a page of the list; one that is None isn't given."""
    return {name: json.dumps(value) for name, value in given.items() if value is not None}


def next_page(header: str) -> dict[str, str]:
    """The parameters of the page that a Link header leads to; it always has a limit."""
    link = re.fullmatch(r'</task/\?([^>]+)>; rel="next"', header)
    assert link
    return {"limit": "100", **dict(parse_qsl(link[1], strict_parsing=True))}


def connection_to(url: str) -> aiohttp.ClientSession:
    """A session that has one connection."""
    session = aiohttp.ClientSession(
        url,
        connector=aiohttp.TCPConnector(limit=1),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=PATIENCE),
    )
    # A request that got no answer must not be sent again in silence.
    session._retry_connection = False
    return session


@contextmanager
def clients(url: str, count: int, *, faults: bool = False) -> Iterator[Account]:
    """So many clients at once, on a thread of their own; they stop at the end of the block."""
    account = Account()
    stopped = threading.Event()

    async def ask_until_stopped(name: str) -> None:
        client = Client(account, name, faults)
        while not stopped.is_set():
            async with connection_to(url) as session:
                for _ in range(REQUESTS_A_CONNECTION):
                    if stopped.is_set():
                        break
                    await client.ask_something(session)

    async def ask_all() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(ask_until_stopped(f"Client {number}"))

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(asyncio.run, ask_all())
        try:
            yield account
        finally:
            stopped.set()
            running.result()


@dataclass(frozen=True)
class Reckoning:
    """What has become of the tasks that were acknowledged."""

    acknowledged: int
    # Those that are gone, though nobody deleted them.
    lost: list[int]
    # Those that are not as they were acknowledged, or are there though they were deleted.
    untrue: list[int]


def reckon(url: str, account: Account) -> Reckoning:
    """Look for each task of the account in the list, page after page."""
    stored: dict[int, Task] = {}
    with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client:
        target: str | None = "/task/"
        while target:
            page = client.get(target)
            assert page.status_code == 200, page.text
            stored |= {task["id"]: task for task in page.json()}
            target = page.links.get("next", {}).get("url")
    lost: list[int] = []
    untrue: list[int] = []
    for task_id, states in account.tasks.items():
        task = stored.get(task_id)
        if task not in states:
            (lost if task is None else untrue).append(task_id)
    return Reckoning(len(account.tasks), lost, untrue)
