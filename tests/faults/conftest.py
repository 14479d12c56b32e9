"""What the faults have in common: after each of them, every acknowledged task is there."""

from collections.abc import Callable, Iterator

import pytest

from tests.todo_clients import Account, reckon
from tutorial.postgres import PostgresServer, postgres_server

# Is everything as it was acknowledged? The server to ask, and the account.
Survived = Callable[[str, Account], None]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    # As it is run for users: what it has answered is on the disk.
    with postgres_server(durable=True) as server:
        yield server


@pytest.fixture(scope="session")
def figures(record_testsuite_property: Callable[[str, object], None]) -> Iterator[dict[str, int]]:
    """The figures of all faults together."""
    names = (
        *("faults survived", "requests sent under load"),
        *("tasks acknowledged", "tasks lost", "tasks untrue"),
    )
    figures = dict.fromkeys(names, 0)
    yield figures
    for name, figure in figures.items():
        record_testsuite_property(name, figure)


@pytest.fixture
def survived(figures: dict[str, int]) -> Survived:
    """Every answer was one of the contract, and every task that was answered with 201 is there."""

    def look(url: str, account: Account) -> None:
        found = reckon(url, account)
        figures["requests sent under load"] += account.requests
        figures["tasks acknowledged"] += found.acknowledged
        figures["tasks lost"] += len(found.lost)
        figures["tasks untrue"] += len(found.untrue)
        assert account.violations == []
        assert found.acknowledged > 0
        assert found.lost == []
        assert found.untrue == []
        figures["faults survived"] += 1

    return look
