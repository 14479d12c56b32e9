"""Schemathesis asks what the description allows and what it doesn't, and judges each answer."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from openapi_spec_validator import validate
from requests.adapters import HTTPAdapter
from schemathesis import Case as AnyCase
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig

from tests.fuzz.client import TIMEOUT, Figures
from tests.fuzz.contract import FILE, description

pytest_plugins = ["schemathesis.pytest.plugin"]

load_all_checks()
Case = AnyCase[Any]
# NUL is left to the other tests: Schemathesis forgets that the description forbids it.
CONFIG = {"generation": {"mode": "all", "allow-x00": False}}
SCHEMA = schemathesis.openapi.from_path(FILE, config=SchemathesisConfig.from_dict(CONFIG))


class Counting(HTTPAdapter):
    """Counts what a session sends."""

    def __init__(self, name: str, figures: Figures) -> None:
        super().__init__()
        self.name = name
        self.figures = figures

    def send(self, *arguments: Any, **options: Any) -> requests.Response:
        """Send a request, and count the answer."""
        response = super().send(*arguments, **options)
        self.figures.count(self.name, response.status_code)
        return response


@pytest.fixture(scope="module")
def session(figures: Figures) -> Iterator[requests.Session]:
    """A session that keeps its connection open."""
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", Counting("postgresql", figures))
        yield session


def test_the_description_is_one_as_openapi_has_it() -> None:
    validate(description())


@SCHEMA.parametrize()
@settings(max_examples=400, phases=[Phase.explicit, Phase.generate])
def test_each_operation_keeps_to_the_description(
    case: Case, servers: dict[str, str], session: requests.Session
) -> None:
    response = case.call(base_url=servers["postgresql"], session=session, timeout=TIMEOUT)
    case.validate_response(response)


def test_one_operation_after_another_keeps_to_the_description(
    servers: dict[str, str], session: requests.Session
) -> None:
    machine = SCHEMA.as_state_machine()

    class Following(machine):  # type: ignore[valid-type, misc]
        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            base_url = servers["postgresql"]
            return {"base_url": base_url, "session": session, "timeout": TIMEOUT}

    run_state_machine_as_test(
        Following,
        settings=settings(
            max_examples=30, stateful_step_count=20, phases=[Phase.explicit, Phase.generate]
        ),
    )
