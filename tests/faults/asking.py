"""One client, which asks one thing at a time."""

from typing import Any

import httpx

from tests.gunicorn import Gunicorn


def ask(server: Gunicorn, method: str, path: str, body: object = None, *, status: int = 200) -> Any:
    """Send a request on a connection of its own and give the answer; it must have this status."""
    answer = httpx.request(method, f"{server.url}{path}", json=body, timeout=60, trust_env=False)
    said = f"{method} {path}: {answer.status_code} {answer.text}"
    assert answer.status_code == status, f"{said}; expected {status}"
    return answer.json() if answer.content else None


def new_task(server: Gunicorn, definition: str) -> Any:
    """Add a task."""
    return ask(server, "POST", "/task/", {"definition": definition}, status=201)
