"""The limit: what is measured of the tasks' contract, with psycopg2 and no framework.

Each request is one statement in a transaction, as psycopg2's documentation writes it
(https://www.psycopg.org/docs/usage.html#transactions-control), on a connection that the process
keeps; where AUTOCOMMIT is set, it is the statement alone. What a framework does for its users
(routing, checking what comes in, answering errors) is not done here.
"""

import json
import os
import re
from queue import Empty, LifoQueue
from urllib.parse import parse_qsl, urlencode

import psycopg2

DSN = os.environ["DATABASE_URL"].replace("+psycopg2", "")
AUTOCOMMIT = bool(os.environ.get("AUTOCOMMIT"))
TASK = re.compile("/task/([0-9]+)/")
BOOLEANS = {"true": True, "false": False}

idle = LifoQueue()


def ask(statement, values):
    """Send one statement, and give the tasks of its answer."""
    try:
        connection = idle.get_nowait()
    except Empty:
        connection = psycopg2.connect(DSN)
        connection.autocommit = AUTOCOMMIT
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    connection.commit()  # with autocommit, nothing is sent
    idle.put(connection)
    return [{"id": row[0], "definition": row[1], "completed": row[2]} for row in rows]


def list_tasks(query):
    arguments = dict(parse_qsl(query))
    limit = int(arguments.get("limit", 100))
    conditions, values = [], []
    if "completed" in arguments:
        conditions.append("completed = %s")
        values.append(BOOLEANS[arguments["completed"]])
    if "after" in arguments:
        conditions.append("id > %s")
        values.append(int(arguments["after"]))
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    tasks = ask(f"SELECT * FROM task {where} ORDER BY id LIMIT %s", (*values, limit + 1))
    if len(tasks) <= limit:
        return "200 OK", [], tasks
    arguments.update(limit=limit, after=tasks[limit - 1]["id"])
    link = f'</task/?{urlencode(arguments)}>; rel="next"'
    return "200 OK", [("Link", link)], tasks[:limit]


def create_task(data):
    statement = "INSERT INTO task (definition, completed) VALUES (%s, false) RETURNING *"
    [task] = ask(statement, (data["definition"],))
    return "201 Created", [("Location", f"/task/{task['id']}/")], task


def change_task(task_id, data):
    columns = [name for name in ("definition", "completed") if name in data]
    changes = ", ".join(f"{name} = %s" for name in columns)
    values = (*(data[name] for name in columns), task_id)
    return one(ask(f"UPDATE task SET {changes} WHERE id = %s RETURNING *", values))


def one(tasks):
    if not tasks:
        return "404 Not Found", [], {"message": "Not found"}
    return "200 OK", [], tasks[0]


def answer(environ):
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if method in ("POST", "PATCH"):
        data = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    if path == "/task/":
        return list_tasks(environ["QUERY_STRING"]) if method == "GET" else create_task(data)
    match = TASK.fullmatch(path)
    if not match:
        return "200 OK", [], {"message": "Welcome!"}
    task_id = int(match[1])
    if method == "GET":
        return one(ask("SELECT * FROM task WHERE id = %s", (task_id,)))
    if method == "PATCH":
        return change_task(task_id, data)
    status, headers, gone = one(ask("DELETE FROM task WHERE id = %s RETURNING *", (task_id,)))
    return ("204 No Content", [], None) if status == "200 OK" else (status, headers, gone)


def app(environ, start_response):
    status, headers, data = answer(environ)
    body = b"" if data is None else json.dumps(data).encode()
    if body:
        headers.append(("Content-Type", "application/json"))
    start_response(status, [*headers, ("Content-Length", str(len(body)))])
    return [body]
