"""One short round of the benchmarks: that they work, and that what must hold holds by far."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest

from benchmarks import results
from benchmarks.load import KINDS
from benchmarks.peer import AUTOCOMMIT, LIMIT, PEERS, THE_CHAPTER, serve
from benchmarks.results import Results
from benchmarks.table import create_tables
from tests.postgres import observer
from tests.waiting import eventually
from tutorial.postgres import postgres_server
from tutorial.repository import ROOT
from tutorial.suite import NOT_INSTALLED

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork"),
    pytest.mark.skipif(which("wrk") is None, reason=f"{NOT_INSTALLED}wrk"),
    pytest.mark.timeout(900),
]

# One round of a second each is far from exact, and a loaded machine is worse. What grows with the
# table takes a hundred times as long in the large one.
GENEROUS = 4.0


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """What one short round has found; the page isn't touched."""
    file: Path = tmp_path_factory.mktemp("bench") / "results.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--output", str(file)]
    subprocess.run(command, cwd=ROOT, check=True)
    return results.read(file)


def test_every_peer_answered_every_kind_of_request_at_every_size(found: Results) -> None:
    asked = {(run["peer"], run["size"], run["kind"]) for run in found["requests"]}
    sizes = found["plan"]["sizes"]
    assert asked == {(p.name, size, kind.name) for p in PEERS for size in sizes for kind in KINDS}
    assert all(run["requests"] > 0 for run in found["requests"])


def test_each_server_had_its_two_workers(found: Results) -> None:
    assert {len(server["worker_megabytes"]) for server in found["servers"]} == {2}


@pytest.mark.parametrize("form", ["page", "late_page", "filter_with_index"])
def test_a_page_costs_no_more_in_a_large_table(
    found: Results, form: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """The least of many: what else the machine does makes a request slower and none faster."""
    small, large = (found["pages"][form][size]["low"] for size in ("1000", "100000"))
    record_testsuite_property(f"{form}, ms at 1,000 and 100,000 tasks", f"{small}, {large}")
    assert large < small * GENEROUS


def test_a_page_is_read_faster_than_the_table(found: Results) -> None:
    whole, page = (found["pages"][form]["100000"]["median"] for form in ("whole_table", "page"))
    assert page * 10 < whole


def test_one_engine_is_faster_than_one_for_each_request(found: Results) -> None:
    each, one = (
        found["pages"][form]["1000"]["low"]
        for form in ("component_engine_per_request", "one_engine_per_process")
    )
    assert one < each


def test_questions_written_once_cost_less_than_those_built_for_each_request(
    found: Results,
) -> None:
    """All kinds together: a single one differs less than a loaded machine's figures do."""
    built, once = (
        sum(forms[form]["low"] for forms in found["questions"].values())
        for form in ("built_each_time", "chapter")
    )
    assert once < built


def test_no_framework_costs_nothing(found: Results) -> None:
    """All kinds and sizes together: a single one differs less than a loaded machine's figures."""
    limit, chapter = (
        sum(run["rate"] for run in found["requests"] if run["peer"] == peer.name)
        for peer in (LIMIT, THE_CHAPTER)
    )
    assert limit > chapter


def test_the_limit_has_transactions_and_the_other_limit_has_none() -> None:
    """It is the last that their connections have sent to PostgreSQL."""
    with postgres_server() as postgres, observer(postgres) as database:
        create_tables(postgres.url)
        last = {}
        for peer in (LIMIT, AUTOCOMMIT):
            with serve(peer, postgres.url):  # which asks for the tasks when it has started
                last[peer] = {query.split()[0] for query in database.last_queries()}
            assert eventually(lambda: database.connections() == 0)
    assert last == {LIMIT: {"COMMIT"}, AUTOCOMMIT: {"SELECT"}}
