"""Chapter 03 on PostgreSQL, asked by 64 clients at once for as long as LOAD_SECONDS says."""

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.gunicorn import Gunicorn, gunicorn
from tests.postgres import observer
from tests.todo_clients import clients, reckon
from tests.waiting import eventually
from tutorial.chapters import find_chapter
from tutorial.postgres import postgres_server

SECONDS = int(os.environ.get("LOAD_SECONDS", "20"))
CLIENTS = 64

# API Star keeps what it has found for the last 10,000 paths.
CACHED_PATHS = 10_000
# So many requests more, and nothing that the workers keep is new to them.
WARM_UP = 10_000
# In MB a worker. A request that left 500 bytes behind would be over it after 6,000 of a worker's.
FLAT = 3.0
# A machine that answers less in a second isn't under load, it stands still.
LEAST = 100

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork"),
    pytest.mark.timeout(SECONDS + 300),
]


def megabytes(worker: psutil.Process) -> float:
    """The memory that a process has to itself."""
    return float(worker.memory_full_info().uss) / 2**20


def fill_lookup_cache(worker: psutil.Process, server: Gunicorn) -> None:
    """Ask a worker for so many paths that it forgets one for each new one."""
    connection = server.connection_to(worker)
    for number in range(CACHED_PATHS):
        connection.request("GET", f"/task/x{number}/")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 404
    connection.close()


def test_many_clients_at_once(record_testsuite_property: Callable[[str, object], None]) -> None:
    with postgres_server() as postgres, observer(postgres) as database:
        connections = [database.connections()]
        with gunicorn(find_chapter("03"), DATABASE_URL=postgres.url) as server:
            workers = server.workers()
            assert len(workers) > 1, "gunicorn.conf.py asks for several"
            print(f"Filling the lookup caches of {len(workers)} workers", flush=True)
            with ThreadPoolExecutor() as threads:
                for filled in [threads.submit(fill_lookup_cache, w, server) for w in workers]:
                    filled.result()

            print("Warming up", flush=True)
            with clients(server.url, CLIENTS) as warm_up:
                assert eventually(lambda: warm_up.requests > WARM_UP, within=240)
            memory_before = [megabytes(worker) for worker in workers]

            with clients(server.url, CLIENTS) as account:
                started = time.monotonic()
                for second in range(1, SECONDS + 1):
                    time.sleep(max(0, started + second - time.monotonic()))
                    connections.append(database.connections())
                    if second % 5 == 0:
                        print(f"{account.requests} requests in {second} s", flush=True)
            seconds = time.monotonic() - started

            memory_after = [megabytes(worker) for worker in workers]
            assert eventually(lambda: database.connections("idle") == database.connections()), (
                "a transaction is still open"
            )
            connections.append(database.connections())
            reckoning = reckon(server.url, account)
            reckoning_of_warm_up = reckon(server.url, warm_up)
            assert server.workers() == workers
        returned = eventually(lambda: database.connections() == connections[0])
        left = database.connections()

    before, *during, after = connections
    requests_per_second = account.requests / seconds
    figures = {
        "seconds": f"{seconds:.1f}",
        "clients": CLIENTS,
        "requests sent": account.requests,
        "requests per second": f"{requests_per_second:.0f}",
        "answers by status": account.by_status,
        "answers outside the contract": len(account.violations),
        "latency": f"p50 {account.percentile(50):.1f} ms, p99 {account.percentile(99):.1f} ms",
        "connections to PostgreSQL": f"{before} before, {max(during)} at most, {after} after",
        "connections to PostgreSQL when gunicorn has stopped": left,
        "memory of each worker": ", ".join(
            f"{was:.1f} -> {is_now:.1f} MB"
            for was, is_now in zip(memory_before, memory_after, strict=True)
        ),
        "tasks acknowledged": reckoning.acknowledged,
        "tasks lost": len(reckoning.lost),
        "tasks untrue": len(reckoning.untrue),
    }
    for name, figure in figures.items():
        record_testsuite_property(name, figure)

    assert account.violations + warm_up.violations == [], account.by_status
    assert account.broken == 0
    assert reckoning.lost + reckoning.untrue == []
    assert reckoning_of_warm_up.lost + reckoning_of_warm_up.untrue == []
    assert reckoning.acknowledged > 0
    assert returned, "a connection outlives gunicorn"
    assert requests_per_second > LEAST
    # A process asks the database one question at a time, so it needs one connection.
    assert max(during) <= len(workers), f"too many connections: {during}"
    assert after <= len(workers), f"{after} connections are left to {len(workers)} workers"
    for was, is_now in zip(memory_before, memory_after, strict=True):
        assert is_now - was < FLAT, f"a worker grew from {was:.1f} to {is_now:.1f} MB"
