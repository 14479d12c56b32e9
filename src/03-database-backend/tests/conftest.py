import os
from threading import Thread
from urllib.parse import urljoin

import pytest
import requests
from apistar import TestClient
from sqlalchemy import create_engine, delete
from werkzeug.serving import make_server

from app import app
from project import database
from project.models import Base, Task


class Api(requests.Session):
    """Asks a server over HTTP; a path is enough for a URL."""

    def __init__(self, url):
        super().__init__()
        self.url = url

    def request(self, method, path, **options):
        return super().request(method, urljoin(self.url, path), timeout=10, **options)


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    """The tests' own database: an SQLite file, or the one at TEST_DATABASE_URL."""
    file = tmp_path_factory.mktemp("database") / "test.db"
    engine = create_engine(os.environ.get("TEST_DATABASE_URL", f"sqlite:///{file}"))
    Base.metadata.create_all(engine)
    yield engine
    Base.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture(autouse=True)
def tasks(engine, monkeypatch):
    """Let the app use the tests' database, and leave no task there."""
    monkeypatch.setattr(database, "engine", engine)
    yield
    with engine.begin() as connection:
        connection.execute(delete(Task))


@pytest.fixture(scope="session")
def server():
    server = make_server("127.0.0.1", 0, app.wsgi)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def api(server):
    with Api(os.environ.get("API_URL", server)) as api:
        yield api


@pytest.fixture
def task(api):
    return api.post("/task/", json={"definition": "Buy milk"}).json()


@pytest.fixture
def client():
    return TestClient(app)
