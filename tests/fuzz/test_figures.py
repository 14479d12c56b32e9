"""What all tests of this folder have sent: the last test, as it counts what the others did."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.client import Figures

LEAST = 20_000


def test_thousands_of_requests_and_none_failed(
    request: pytest.FixtureRequest,
    figures: Figures,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    here = Path(__file__).parent
    asked = {item.path for item in request.session.items}
    if not set(here.glob("test_*.py")) <= asked or request.config.option.keyword:
        pytest.skip("only some of the tests were asked for, so there is no total")
    total = sum(figures.sent.values())
    by_server = ", ".join(f"{count:,} on {name}" for name, count in figures.sent.most_common())
    by_status = ", ".join(
        f"{status}: {count:,}" if status else f"closed without an answer: {count:,}"
        for status, count in sorted(figures.statuses.items())
    )
    record_testsuite_property("requests sent", f"{total:,} ({by_server})")
    record_testsuite_property("answers by status", by_status)
    failures = sum(count for status, count in figures.statuses.items() if status >= 500)
    record_testsuite_property("answers with 5xx", failures)
    assert failures == 0
    assert total >= LEAST
    # Each kind of answer that the contract has was met, so the requests were of every kind.
    assert {200, 201, 204, 308, 400, 404, 405, 413, 415} <= figures.statuses.keys()
