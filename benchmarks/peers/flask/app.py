"""The tasks' contract on Flask with SQLAlchemy, as Flask's documentation writes it.

https://flask.palletsprojects.com/en/stable/patterns/sqlalchemy/: a scoped session for the process,
declarative models, the session removed at the end of each request.
"""

import os

from flask import Flask, abort, jsonify, request, url_for
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker
from werkzeug.exceptions import HTTPException

# As many connections as there are requests at once, so that none is opened for one request.
engine = create_engine(os.environ["DATABASE_URL"], pool_size=20, max_overflow=0)
db_session = scoped_session(sessionmaker(bind=engine, expire_on_commit=False))


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[str] = mapped_column(String(128))
    completed: Mapped[bool] = mapped_column(default=False)

    def to_dict(self):
        return {"id": self.id, "definition": self.definition, "completed": self.completed}


app = Flask(__name__)
app.json.sort_keys = False


@app.teardown_appcontext
def shutdown_session(exception=None):
    db_session.remove()


@app.errorhandler(HTTPException)
def as_json(error):
    return {"message": error.description}, error.code


def argument(name, kind):
    """A number or a truth value in the query; None if it isn't there."""
    value = request.args.get(name)
    try:
        return None if value is None else kind(value)
    except (KeyError, ValueError):
        abort(400, f"{name} is wrong.")


def fields():
    """The body's fields, checked."""
    data = request.get_json()
    if not isinstance(data, dict) or not data or data.keys() - {"definition", "completed"}:
        abort(400, "Give a definition, completed or both.")
    definition = data.get("definition", "x")
    if not isinstance(definition, str) or not 1 <= len(definition.strip()) <= 128:
        abort(400, "A definition has 1 to 128 characters.")
    if not isinstance(data.get("completed", False), bool):
        abort(400, "Completed is true or false.")
    return data


def get_or_404(task_id):
    task = db_session.get(Task, task_id) if task_id < 2**31 else None
    if task is None:
        abort(404, "Not found")
    return task


@app.get("/")
def welcome():
    return {"message": "Welcome!"}


@app.get("/task/")
def list_tasks():
    completed = argument("completed", {"true": True, "false": False}.__getitem__)
    after = argument("after", int)
    limit = argument("limit", int) or 100
    if not 1 <= limit <= 100:
        abort(400, "limit is wrong.")
    query = select(Task).order_by(Task.id).limit(limit + 1)
    if completed is not None:
        query = query.where(Task.completed == completed)
    if after is not None:
        query = query.where(Task.id > after)
    tasks = [task.to_dict() for task in db_session.scalars(query)]
    response = jsonify(tasks[:limit])
    if len(tasks) > limit:
        arguments = {**request.args, "limit": limit, "after": tasks[limit - 1]["id"]}
        response.headers["Link"] = f'<{url_for("list_tasks", **arguments)}>; rel="next"'
    return response


@app.post("/task/")
def create_task():
    data = fields()
    if set(data) != {"definition"}:
        abort(400, "Give a definition.")
    task = Task(definition=data["definition"])
    db_session.add(task)
    db_session.commit()
    return task.to_dict(), 201, {"Location": url_for("read_task", task_id=task.id)}


@app.get("/task/<int:task_id>/")
def read_task(task_id):
    return get_or_404(task_id).to_dict()


@app.patch("/task/<int:task_id>/")
def change_task(task_id):
    data = fields()
    task = get_or_404(task_id)
    for name, value in data.items():
        setattr(task, name, value)
    db_session.commit()
    return task.to_dict()


@app.delete("/task/<int:task_id>/")
def delete_task(task_id):
    db_session.delete(get_or_404(task_id))
    db_session.commit()
    return "", 204
