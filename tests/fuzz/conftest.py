"""Chapter 03 behind gunicorn, on PostgreSQL and on SQLite, for all tests of this folder."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.vendor.pretty import RepresentationPrinter

from tests.fuzz.client import Client, Figures
from tests.gunicorn import gunicorn
from tutorial.chapters import find_chapter
from tutorial.postgres import postgres_server
from tutorial.repository import CACHE

HERE = Path(__file__).parent

set_hypothesis_home_dir(CACHE / "hypothesis")
# The same examples in each run, so that a red run is red again; `--hypothesis-profile=search`
# makes new ones, and prints how to have them again.
settings.register_profile(
    "fuzz",
    deadline=None,
    derandomize=True,
    print_blob=True,
    # The fixtures are servers: they are the same for all examples on purpose.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
settings.register_profile("search", settings.get_profile("fuzz"), derandomize=False)


def pytest_configure(config: pytest.Config) -> None:
    """Choose the profile, unless the command line does."""
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("fuzz")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave this folder's tests out where gunicorn can't run; the total of all comes last."""
    items.sort(key=lambda item: item.path == HERE / "test_figures.py")
    if sys.platform == "win32":
        for item in items:
            if item.path.parent == HERE:
                item.add_marker(pytest.mark.skip(reason="gunicorn needs fork"))


@pytest.fixture(scope="session")
def figures() -> Figures:
    """What was sent, by all tests together."""
    return Figures()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of chapter 03, by the database that it has."""
    chapter = find_chapter("03")
    file = tmp_path_factory.mktemp("database") / "todo.db"
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server())
        databases = {"postgresql": postgres.url, "sqlite": f"sqlite:///{file.as_posix()}"}
        yield {
            name: stack.enter_context(gunicorn(chapter, DATABASE_URL=url)).url
            for name, url in databases.items()
        }


@pytest.fixture(scope="session")
def clients(servers: dict[str, str], figures: Figures) -> Iterator[dict[str, Client]]:
    """A client of each server."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(Client(name, url, figures)) for name, url in servers.items()
        }


@pytest.fixture(params=["postgresql", "sqlite"])
def client(
    request: pytest.FixtureRequest, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> Client:
    """A client of one server after the other, which has no tasks."""
    # Schemathesis keeps Hypothesis from printing what fails, for the sake of its own speed.
    monkeypatch.setattr("hypothesis.core.RepresentationPrinter", RepresentationPrinter)
    client: Client = clients[request.param]
    while tasks := json.loads(client.ask("GET", "/task/").body):
        for task in tasks:
            client.ask("DELETE", f"/task/{task['id']}/")
    return client
