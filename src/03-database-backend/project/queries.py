"""What the views ask the database: each question once, with a name for each value."""

from sqlalchemy import bindparam, delete, func, insert, select, update

from project.models import Task

task = Task.__table__
this_task = task.c.id == bindparam("task_id")

LIST = (
    select(task)
    .where(task.c.id > bindparam("after"))
    .order_by(task.c.id)
    .limit(bindparam("rows"))
)
LIST_BY_COMPLETED = LIST.where(task.c.completed == bindparam("completed"))
CREATE = insert(task).returning(task)
READ = select(task).where(this_task)
CHANGE = (
    update(task)
    .where(this_task)
    .values(
        definition=func.coalesce(bindparam("new_definition"), task.c.definition),
        completed=func.coalesce(bindparam("new_completed"), task.c.completed),
    )
    .returning(task)
)
DELETE = delete(task).where(this_task).returning(task.c.id)
