"""The views alone: a mock stands in for the session, and no database is asked."""

from collections import namedtuple
from unittest.mock import create_autospec

import pytest
from apistar.exceptions import NotFound, ValidationError

from project import queries, views
from project.components import RequestData
from project.database import Session

Row = namedtuple("Row", ["id", "definition", "completed"])


@pytest.fixture
def session():
    return create_autospec(Session, instance=True)


def test_the_list_is_what_the_database_answers(session):
    session.execute.return_value.all.return_value = [Row(7, "Buy milk", True)]
    response = views.list_tasks(session, completed=None, limit=None, after=None)
    assert response.data == [{"id": 7, "definition": "Buy milk", "completed": True}]


def test_a_new_task_is_committed(session):
    session.execute.return_value.one.return_value = Row(7, "Buy milk", False)
    data = RequestData(definition="Buy milk")
    response = views.create_task(session, data, definition="Buy milk")
    assert response.data == {"id": 7, "definition": "Buy milk", "completed": False}
    assert response.headers["Location"] == "/task/7/"
    session.commit.assert_called_once_with()


def test_a_task_that_is_not_there_is_not_found(session):
    session.execute.return_value.first.return_value = None
    with pytest.raises(NotFound):
        views.read_task(session, task_id=7)
    session.execute.assert_called_once_with(queries.READ, {"task_id": 7})


def test_a_change_of_nothing_asks_no_database(session):
    with pytest.raises(ValidationError):
        views.change_task(session, 7, RequestData(), definition=None, completed=None)
    assert session.mock_calls == []


def test_a_task_that_is_not_there_cannot_be_deleted(session):
    session.execute.return_value.first.return_value = None
    with pytest.raises(NotFound):
        views.delete_task(session, task_id=7)
