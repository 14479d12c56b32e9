"""The tasks' contract on FastAPI with SQLAlchemy, as FastAPI's documentation writes it.

https://fastapi.tiangolo.com/tutorial/sql-databases/: a session for each request from a dependency
with `yield`, `def` endpoints in its thread pool, Pydantic models for what comes in and goes out.
"""

import os
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, HTTPException, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

# As many connections as there are requests at once, so that none is opened for one request.
engine = create_engine(os.environ["DATABASE_URL"], pool_size=20, max_overflow=0)


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[str] = mapped_column(String(128))
    completed: Mapped[bool] = mapped_column(default=False)


Definition = Annotated[
    str, StringConstraints(min_length=1, max_length=128, strip_whitespace=True, strict=True)
]


class TaskCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    definition: Definition


class TaskUpdate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    definition: Definition = Field(default=None)
    completed: StrictBool = Field(default=None)


class TaskPublic(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    definition: str
    completed: bool


def get_session():
    with Session(engine, expire_on_commit=False) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
TaskId = Annotated[int, Path(ge=1, lt=2**31)]

app = FastAPI()


def get_or_404(session: Session, task_id: int) -> Task:
    task = session.get(Task, task_id)
    if not task:
        raise HTTPException(status_code=404, detail="Not found")
    return task


@app.get("/")
def welcome():
    return {"message": "Welcome!"}


@app.get("/task/")
def list_tasks(
    session: SessionDep,
    response: Response,
    completed: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
    after: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> list[TaskPublic]:
    query = select(Task).order_by(Task.id).limit(limit + 1)
    if completed is not None:
        query = query.where(Task.completed == completed)
    if after is not None:
        query = query.where(Task.id > after)
    tasks = session.scalars(query).all()
    if len(tasks) > limit:
        arguments: dict[str, object] = {"limit": limit, "after": tasks[limit - 1].id}
        if completed is not None:
            arguments["completed"] = str(completed).lower()
        response.headers["Link"] = f'</task/?{urlencode(arguments)}>; rel="next"'
    return tasks[:limit]


@app.post("/task/", status_code=201)
def create_task(new: TaskCreate, session: SessionDep, response: Response) -> TaskPublic:
    task = Task(definition=new.definition)
    session.add(task)
    session.commit()
    response.headers["Location"] = f"/task/{task.id}/"
    return task


@app.get("/task/{task_id}/")
def read_task(task_id: TaskId, session: SessionDep) -> TaskPublic:
    return get_or_404(session, task_id)


@app.patch("/task/{task_id}/")
def change_task(task_id: TaskId, change: TaskUpdate, session: SessionDep) -> TaskPublic:
    values = change.model_dump(exclude_unset=True)
    if not values:
        raise HTTPException(status_code=400, detail="Give a definition, completed or both.")
    task = get_or_404(session, task_id)
    for name, value in values.items():
        setattr(task, name, value)
    session.commit()
    return task


@app.delete("/task/{task_id}/", status_code=204)
def delete_task(task_id: TaskId, session: SessionDep) -> None:
    session.delete(get_or_404(session, task_id))
    session.commit()
