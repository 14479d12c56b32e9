"""What PostgreSQL says about its clients."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tutorial.postgres import PostgresServer

# Not what PostgreSQL does for itself, such as autovacuum.
OTHERS = (
    "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


class Observer:
    """A connection that looks at the others."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection

    def connections(self, state: str = "%") -> int:
        """How many others there are, or those in a state, such as `idle in transaction`."""
        return self._count(
            f"SELECT count(*) FROM pg_stat_activity WHERE {OTHERS} AND state LIKE %s", state
        )

    def waiting_for_a_lock(self) -> int:
        """How many others wait for what a transaction holds."""
        return self._count(
            f"SELECT count(*) FROM pg_stat_activity WHERE {OTHERS} AND wait_event_type = %s", "Lock"
        )

    def terminate_others(self) -> int:
        """End every other connection; gives how many there were."""
        return self._count(
            f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {OTHERS}"
        )

    def last_queries(self) -> list[str]:
        """What each other has sent last."""
        query = f"SELECT query FROM pg_stat_activity WHERE {OTHERS}"
        return [row[0] for row in self._connection.execute(query.encode())]

    def _count(self, query: str, *parameters: str) -> int:
        row = self._connection.execute(query.encode(), parameters).fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def observer(server: PostgresServer) -> Iterator[Observer]:
    """Look at a server's connections, with one that isn't counted."""
    url = server.url.replace("+psycopg2", "")
    with psycopg.connect(url, autocommit=True) as connection:
        yield Observer(connection)
