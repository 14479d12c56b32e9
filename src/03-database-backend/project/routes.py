from apistar import Include, Route
from apistar.docs import docs_routes
from apistar.statics import static_routes

from project.views import (
    change_task,
    create_task,
    delete_task,
    list_tasks,
    read_task,
    welcome,
)

task_routes = [
    Route("/", "GET", list_tasks),
    Route("/", "POST", create_task),
    Route("/{task_id}/", "GET", read_task),
    Route("/{task_id}/", "PATCH", change_task),
    Route("/{task_id}/", "DELETE", delete_task),
]

routes = [
    Route("/", "GET", welcome),
    Include("/task", task_routes),
    Include("/docs", docs_routes),
    Include("/static", static_routes),
]
