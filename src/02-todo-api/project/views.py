import itertools

from apistar import Response
from apistar.exceptions import NotFound, ValidationError

from project.components import RequestData
from project.schemas import Completed, Task, TaskDefinition, TaskId

tasks = {}
ids = itertools.count(1)


def welcome(name: str) -> dict:
    """Say hello, by name to those who give one."""
    if not name:
        return {"message": "Welcome to API Star!"}
    return {"message": f"Welcome to API Star, {name}!"}


def list_tasks(completed: Completed) -> list:
    """List the tasks by id: all of them, or those that are completed or not."""
    return [task for task in tasks.values() if completed in (None, task["completed"])]


def create_task(data: RequestData, definition: TaskDefinition) -> Response:
    """Add a task, not completed yet."""
    data.check(required=["definition"])
    task = Task({"id": next(ids), "definition": definition, "completed": False})
    tasks[task["id"]] = task
    return Response(task, status=201, headers={"Location": f"/task/{task['id']}/"})


def read_task(task_id: TaskId) -> Task:
    """Read one task."""
    if task_id not in tasks:
        raise NotFound()
    return tasks[task_id]


def change_task(
    task_id: TaskId, data: RequestData, definition: TaskDefinition, completed: Completed
) -> Task:
    """Change a task's definition, whether it is completed, or both."""
    data.check(optional=["definition", "completed"])
    if not data:
        raise ValidationError("Give a definition, completed or both.")
    task = read_task(task_id)
    if definition is not None:
        task["definition"] = definition
    if completed is not None:
        task["completed"] = completed
    return task


def delete_task(task_id: TaskId) -> Response:
    """Delete a task."""
    read_task(task_id)
    del tasks[task_id]
    return Response("", status=204)
