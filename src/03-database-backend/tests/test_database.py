from unittest.mock import Mock, call

import psycopg2
import pytest
import sqlalchemy

from project import database
from project.database import Session, close_session, refuse_ended
from project.models import Task


def test_five_requests_make_no_new_engine(client, monkeypatch):
    create_engine = Mock(wraps=sqlalchemy.create_engine)
    monkeypatch.setattr(sqlalchemy, "create_engine", create_engine)
    for _ in range(5):
        assert client.get("/task/").status_code == 200
    assert create_engine.mock_calls == []


def test_a_request_gives_its_connection_back(client, engine):
    for path in ("/task/", "/task/1/", "/task/?completed=milk"):
        client.get(path)
        assert engine.pool.checkedout() == 0


def test_what_a_request_does_not_commit_is_rolled_back(engine):
    def half_way(environ, start_response):
        session = Session.build(environ)
        session.add(Task(definition="Buy milk"))
        session.flush()
        raise RuntimeError("in the middle of a request")

    with pytest.raises(RuntimeError):
        close_session(half_way)({}, None)
    with Session(engine) as session:
        assert session.query(Task).count() == 0
    assert engine.pool.checkedout() == 0


def test_a_database_that_is_away_is_said_and_waited_for(client, monkeypatch, caplog):
    nowhere = sqlalchemy.create_engine(
        "postgresql+psycopg2://nobody@127.0.0.1:1/nothing"
    )
    with monkeypatch.context() as away:
        away.setattr(database, "engine", nowhere)
        response = client.get("/task/")
        assert response.status_code == 503
        assert response.json() == {
            "message": "The database is not ready, try again later."
        }
        assert "Connection refused" in caplog.text
        assert "Traceback" not in caplog.text
    assert client.get("/task/").status_code == 200


def test_a_database_that_goes_at_the_end_spoils_no_answer():
    gone = sqlalchemy.exc.OperationalError("ROLLBACK", {}, Exception("gone"))
    session = Mock(close=Mock(side_effect=gone))

    def wsgi(environ, start_response):
        return [b"the answer"]

    assert close_session(wsgi)({"session": session}, None) == [b"the answer"]
    session.close.assert_called_once_with()


def test_a_connection_that_has_ended_is_refused():
    last_words = psycopg2.extensions.POLL_OK
    end = psycopg2.OperationalError("server closed the connection unexpectedly")
    connection = Mock(poll=Mock(side_effect=[last_words, end]))
    with pytest.raises(sqlalchemy.exc.DisconnectionError):
        refuse_ended(connection)


def test_a_connection_that_is_open_is_asked_nothing():
    connection = Mock()
    refuse_ended(connection)
    assert connection.mock_calls == [call.poll(), call.poll()]
