"""What a request costs in chapter 03's own code and in earlier forms of it.

Runs in the chapter's environment and folder, on the database at DATABASE_URL. It asks the WSGI
application itself, without a server, so that nothing but the request is measured; and prints the
milliseconds of each request as JSON.

    python in_chapter.py FORM QUERY TIMES
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

sys.path.insert(0, "")  # the chapter's folder, where this is run

from apistar import App, Route
from apistar.backends import SQLAlchemy
from project import database, models
from project.schemas import Completed, Task
from project.settings import settings
from sqlalchemy import orm, select

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

WARM_UP = 3


def whole_table(completed: Completed) -> list:
    """The list before it had pages, with one engine for the process."""
    query = select(models.Task).order_by(models.Task.id)
    if completed is not None:
        query = query.where(models.Task.completed == completed)
    with orm.Session(database.engine) as session:
        return [Task(task) for task in session.scalars(query)]


def first_page(session: orm.Session) -> list:
    """A page of 100 tasks, as plainly as it can be written."""
    query = select(models.Task).order_by(models.Task.id).limit(100)
    return [Task(task) for task in session.scalars(query)]


def with_component(db: SQLAlchemy) -> list:
    """The first page, with API Star's own component: an engine for each request."""
    with db.session_class() as session:
        return first_page(session)


def with_one_engine() -> list:
    """The same page, with one engine for the process."""
    with orm.Session(database.engine) as session:
        return first_page(session)


def application(form: str) -> Application:
    """The chapter as it is, or one view in its place."""
    if form == "chapter":
        from app import wsgi

        return wsgi
    view = {
        "whole_table": whole_table,
        "with_component": with_component,
        "with_one_engine": with_one_engine,
    }[form]
    return App(routes=[Route("/task/", "GET", view)], settings=settings).wsgi


def ask(wsgi: Application, query: str) -> float:
    """The milliseconds of one `GET /task/`, which must be answered with 200."""
    environ: dict[str, Any] = {"PATH_INFO": "/task/", "QUERY_STRING": query}
    setup_testing_defaults(environ)
    statuses = []
    before = time.perf_counter()
    body = b"".join(wsgi(environ, lambda status, headers: statuses.append(status)))
    after = time.perf_counter()
    if statuses != ["200 OK"]:
        raise SystemExit(f"{statuses}: {body[:1000]!r}")
    return (after - before) * 1000


def main(form: str, query: str, times: int) -> None:
    wsgi = application(form)
    for _ in range(WARM_UP):
        ask(wsgi, query)
    print(json.dumps([ask(wsgi, query) for _ in range(times)]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
