import os
from threading import Thread
from urllib.parse import urljoin

import pytest
import requests
from apistar import TestClient
from werkzeug.serving import make_server

from app import app


class Api(requests.Session):
    """Asks a server over HTTP; a path is enough for a URL."""

    def __init__(self, url):
        super().__init__()
        self.url = url

    def request(self, method, path, **options):
        return super().request(method, urljoin(self.url, path), timeout=10, **options)


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
