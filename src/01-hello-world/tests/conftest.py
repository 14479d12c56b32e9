import pytest
from apistar import TestClient

from app import app


@pytest.fixture
def client():
    return TestClient(app)
