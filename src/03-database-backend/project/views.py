from urllib.parse import urlencode

from apistar import Response
from apistar.exceptions import NotFound, ValidationError

from project import queries
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
    query = queries.LIST if completed is None else queries.LIST_BY_COMPLETED
    values = {"completed": completed, "after": after or 0, "rows": limit + 1}
    tasks = [
        {"id": task_id, "definition": text, "completed": done}
        for task_id, text, done in session.execute(query, values).all()
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
    task = session.execute(queries.CREATE, {"definition": definition}).one()
    session.commit()
    headers = {"Location": f"/task/{task.id}/"}
    return Response(Task(task._asdict()), status=201, headers=headers)


def read_task(session: Session, task_id: TaskId) -> Task:
    """Read one task."""
    task = session.execute(queries.READ, {"task_id": task_id}).first()
    if task is None:
        raise NotFound()
    return Task(task._asdict())


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
    changes = {"new_definition": definition, "new_completed": completed}
    task = session.execute(queries.CHANGE, {"task_id": task_id, **changes}).first()
    session.commit()
    if task is None:
        raise NotFound()
    return Task(task._asdict())


def delete_task(session: Session, task_id: TaskId) -> Response:
    """Delete a task."""
    deleted = session.execute(queries.DELETE, {"task_id": task_id}).first()
    session.commit()
    if deleted is None:
        raise NotFound()
    return Response("", status=204)
