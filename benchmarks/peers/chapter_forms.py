"""What a request costs in chapter 03's own code, in earlier forms of it, and in barer ones.

Runs in the chapter's environment and folder, on the database at DATABASE_URL. It asks the WSGI
application itself, without a server, so that nothing but the request is measured; and prints as
JSON the milliseconds that each request took, and those that this process worked for it.

    python chapter_forms.py FORM TIMES METHOD PATH [BODY]
"""

import functools
import io
import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

sys.path.insert(0, "")  # the chapter's folder, where this is run

import psycopg2
from apistar import App, Response, Route
from apistar.backends import SQLAlchemy
from project import database, models, queries
from project.components import RequestData
from project.schemas import Completed, Task, TaskDefinition, TaskId
from project.settings import settings
from sqlalchemy import Engine, create_engine, event, orm, select, update

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


# The views as they were before each question was written once; less what refuses wrong input.


def session_of_objects() -> orm.Session:
    """A session whose objects can be shown after a commit."""
    return orm.Session(database.engine, expire_on_commit=False)


def list_tasks(completed: Completed) -> list:
    """A page of rows, by a question that is built for each request."""
    query = select(models.Task.id, models.Task.definition, models.Task.completed)
    query = query.order_by(models.Task.id).limit(101)
    if completed is not None:
        query = query.where(models.Task.completed == completed)
    with session_of_objects() as session:
        return [
            {"id": task_id, "definition": text, "completed": done}
            for task_id, text, done in session.execute(query)
        ][:100]


def create_task(data: RequestData, definition: TaskDefinition) -> Response:
    """A new task, as an object."""
    data.check(required=["definition"])
    with session_of_objects() as session:
        task = models.Task(definition=definition)
        session.add(task)
        session.commit()
        headers = {"Location": f"/task/{task.id}/"}
        return Response(Task(task), status=201, headers=headers)


def read_task(task_id: TaskId) -> Task:
    """A task, as an object."""
    with session_of_objects() as session:
        return Task(session.get(models.Task, task_id))


def change_task(
    task_id: TaskId, data: RequestData, definition: TaskDefinition, completed: Completed
) -> Task:
    """A changed task, as an object, by a statement that is built for each request."""
    data.check(optional=["definition", "completed"])
    changes = {}
    if definition is not None:
        changes["definition"] = definition
    if completed is not None:
        changes["completed"] = completed
    query = update(models.Task).where(models.Task.id == task_id).values(changes)
    with session_of_objects() as session:
        task = session.scalar(query.returning(models.Task))
        session.commit()
        return Task(task)


# On the way to the limit: each form leaves out one thing more.


def asking_engine() -> Engine:
    """An engine that asks whether a connection is still alive."""
    return create_engine(settings["DATABASE"]["URL"], pool_pre_ping=True)


def autocommit_engine() -> Engine:
    """The chapter's engine, without transactions."""
    engine = create_engine(settings["DATABASE"]["URL"], isolation_level="AUTOCOMMIT")
    event.listen(engine, "checkout", database.refuse_ended)
    return engine


def read_without_session(task_id: TaskId) -> Task:
    """A task, by SQLAlchemy's connection."""
    with database.engine.connect() as connection:
        return Task(connection.execute(queries.READ, {"task_id": task_id}).one()._asdict())


@functools.cache
def own_connection() -> Any:
    """A connection of psycopg2's that the process keeps."""
    connection = psycopg2.connect(settings["DATABASE"]["URL"].replace("+psycopg2", ""))
    connection.autocommit = True
    return connection


def read_by_psycopg2(task_id: TaskId) -> dict:
    """A task, by the driver alone."""
    with own_connection().cursor() as cursor:
        cursor.execute("SELECT id, definition, completed FROM task WHERE id = %s", [task_id])
        number, definition, completed = cursor.fetchone()
    return {"id": number, "definition": definition, "completed": completed}


ENGINES = {
    "with_ping": asking_engine,
    "without_transaction": autocommit_engine,
    "without_session": autocommit_engine,
}

FORMS = {
    "without_session": [Route("/task/{task_id}/", "GET", read_without_session)],
    "without_sqlalchemy": [Route("/task/{task_id}/", "GET", read_by_psycopg2)],
    "whole_table": [Route("/task/", "GET", whole_table)],
    "with_component": [Route("/task/", "GET", with_component)],
    "with_one_engine": [Route("/task/", "GET", with_one_engine)],
    "built_each_time": [
        Route("/task/", "GET", list_tasks),
        Route("/task/", "POST", create_task),
        Route("/task/{task_id}/", "GET", read_task),
        Route("/task/{task_id}/", "PATCH", change_task),
    ],
}


def application(form: str) -> Application:
    """The chapter as it is, or with another engine, or with other views in its place."""
    if form in ENGINES:
        database.engine = ENGINES[form]()
    if form not in FORMS:
        from app import wsgi

        return wsgi
    return App(routes=FORMS[form], settings=settings).wsgi


def ask(wsgi: Application, method: str, path: str, body: bytes) -> tuple[float, float]:
    """What one request took and what this process worked for it, in ms; it must succeed."""
    path, _, query = path.partition("?")
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method}
    if body:
        environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))}
    environ["wsgi.input"] = io.BytesIO(body)
    setup_testing_defaults(environ)
    statuses: list[str] = []
    before, worked_before = time.perf_counter(), time.process_time()
    answer = b"".join(wsgi(environ, lambda status, headers: statuses.append(status)))
    after, worked = time.perf_counter(), time.process_time()
    if not statuses[0].startswith("20"):
        raise SystemExit(f"{statuses}: {answer[:1000]!r}")
    return (after - before) * 1000, (worked - worked_before) * 1000


def main(form: str, times: int, method: str, path: str, body: str = "") -> None:
    wsgi = application(form)
    for _ in range(WARM_UP):
        ask(wsgi, method, path, body.encode())
    asked = [ask(wsgi, method, path, body.encode()) for _ in range(times)]
    print(json.dumps({"took": [one[0] for one in asked], "worked": [one[1] for one in asked]}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
