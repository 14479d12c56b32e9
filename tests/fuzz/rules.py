"""What the contract makes of a request, told a second time: for tests to compare with.

It is written from the contract's sentences, not from chapter 03's code, and knows no framework.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_BODY = 64 * 1024
# How deep a parser follows depends on the Python that runs it: from here on it may give up, or
# find that so deep a value is no text.
DEEP = 200
MAX_ID = 2**31 - 1
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused: the status, and the fields that an answer may speak of.

    An answer speaks of one of them at least, or has one sentence, the message, for the whole.
    """

    status: int
    fields: Collection[str] = ("message",)

    def is_in(self, status: int, data: Mapping[str, Any]) -> bool:
        """Whether an answer with this status and this object says so."""
        return status == self.status and bool(data) and set(data) <= set(self.fields)


def is_task_id(text: str) -> bool:
    """Whether a text is a task's number, as it is written in a URL."""
    return bool(re.fullmatch("[1-9][0-9]{0,9}", text)) and int(text) <= MAX_ID


def judge_body(
    body: bytes, media_type: str, required: Collection[str], optional: Collection[str]
) -> Refusal | dict[str, Any]:
    """The fields that a body gives, each as it will be kept; or why it is refused."""
    if not body:
        return Refusal(400)
    if media_type != "application/json":
        return Refusal(415)
    if body.lstrip().startswith(b"["):
        return Refusal(400)
    if len(body) > MAX_BODY:
        return Refusal(413)
    if body.count(b"[") + body.count(b"{") > DEEP:
        return Refusal(400, ("message", *required, *optional, "a"))
    try:
        data = json.loads(body.decode("utf-8"))
    except ValueError:
        return Refusal(400)
    if not isinstance(data, dict):
        return Refusal(400)
    return judge_fields(data, required, optional)


def judge_fields(
    data: Mapping[str, Any], required: Collection[str], optional: Collection[str]
) -> Refusal | dict[str, Any]:
    """The same, of a body's object."""
    wrong = {name for name in required if name not in data}
    wrong |= {name for name in data if name not in (*required, *optional)}
    kept: dict[str, Any] = {}
    if "definition" in data:
        text = data["definition"]
        if (
            not isinstance(text, str)
            or UNSTORABLE.search(text)
            or not 1 <= len(text.strip()) <= 128
        ):
            wrong.add("definition")
        else:
            kept["definition"] = text.strip()
    if "completed" in data:
        value = data["completed"]
        if value in ("true", "false"):
            kept["completed"] = value == "true"
        elif isinstance(value, bool):
            kept["completed"] = value
        else:
            wrong.add("completed")
    if wrong:
        return Refusal(400, wrong)
    return kept or Refusal(400)


@dataclass(frozen=True)
class Page:
    """Which tasks a list has."""

    completed: bool | None = None
    limit: int = 100
    after: int = 0

    def of(self, tasks: Iterable[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], bool]:
        """Those of these tasks, and whether there are more."""
        found = [
            task
            for task in sorted(tasks, key=lambda task: int(task["id"]))
            if task["id"] > self.after
            and (self.completed is None or task["completed"] is self.completed)
        ]
        return found[: self.limit], len(found) > self.limit


def judge_query(parameters: Iterable[tuple[str, str]]) -> Refusal | Page:
    """Which tasks a list's query asks for; a parameter's first value is the one that counts."""
    values: dict[str, str] = {}
    for name, value in parameters:
        values.setdefault(name, value)
    wrong = set()
    if values.get("completed", "true") not in ("true", "false"):
        wrong.add("completed")
    if not re.fullmatch("[1-9][0-9]?|100", values.get("limit", "100")):
        wrong.add("limit")
    if not is_task_id(values.get("after", "1")):
        wrong.add("after")
    if wrong:
        return Refusal(400, wrong)
    return Page(
        {"true": True, "false": False}.get(values.get("completed", "")),
        int(values.get("limit", 100)),
        int(values.get("after", 0)),
    )
