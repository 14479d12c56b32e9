from urllib.parse import urlencode

from apistar import Response
from apistar.exceptions import NotFound, ValidationError
from sqlalchemy import delete, select, update

from project import models
from project.components import RequestData
from project.database import Session
from project.schemas import Completed, Limit, Task, TaskDefinition, TaskId


def welcome(name: str) -> dict:
    """Say hello, by name to those who give one."""
    if not name:
        return {"message": "Welcome to API Star!"}
    return {"message": f"Welcome to API Star, {name}!"}


def list_tasks(
    session: Session, completed: Completed, limit: Limit, after: TaskId
) -> Response:
    """List a page of tasks by id: of all, or of those that are completed or not."""
    limit = limit or 100
    query = select(models.Task.id, models.Task.definition, models.Task.completed)
    query = query.order_by(models.Task.id).limit(limit + 1)
    if completed is not None:
        query = query.where(models.Task.completed == completed)
    if after is not None:
        query = query.where(models.Task.id > after)
    tasks = [
        {"id": task_id, "definition": text, "completed": done}
        for task_id, text, done in session.execute(query)
    ]
    headers = {}
    if len(tasks) > limit:
        parameters = {"limit": limit, "after": tasks[limit - 1]["id"]}
        if completed is not None:
            parameters["completed"] = str(completed).lower()
        headers["Link"] = f'</task/?{urlencode(parameters)}>; rel="next"'
    return Response(tasks[:limit], headers=headers)


def create_task(
    session: Session, data: RequestData, definition: TaskDefinition
) -> Response:
    """Add a task, not completed yet."""
    data.check(required=["definition"])
    task = models.Task(definition=definition)
    session.add(task)
    session.commit()
    return Response(Task(task), status=201, headers={"Location": f"/task/{task.id}/"})


def read_task(session: Session, task_id: TaskId) -> Task:
    """Read one task."""
    task = session.get(models.Task, task_id)
    if task is None:
        raise NotFound()
    return Task(task)


def change_task(
    session: Session,
    task_id: TaskId,
    data: RequestData,
    definition: TaskDefinition,
    completed: Completed,
) -> Task:
    """Change a task's definition, whether it is completed, or both."""
    data.check(optional=["definition", "completed"])
    if not data:
        raise ValidationError("Give a definition, completed or both.")
    changes = {}
    if definition is not None:
        changes["definition"] = definition
    if completed is not None:
        changes["completed"] = completed
    query = update(models.Task).where(models.Task.id == task_id).values(changes)
    task = session.scalar(query.returning(models.Task))
    session.commit()
    if task is None:
        raise NotFound()
    return Task(task)


def delete_task(session: Session, task_id: TaskId) -> Response:
    """Delete a task."""
    query = delete(models.Task).where(models.Task.id == task_id)
    deleted = session.scalar(query.returning(models.Task.id))
    session.commit()
    if deleted is None:
        raise NotFound()
    return Response("", status=204)
