"""Counts of what was tested."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Tally:
    """How many tests, or checks, passed and failed, and how many were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def read_junit(report: Path) -> tuple[Tally, list[str]]:
    """The counts of a JUnit report as pytest writes it, and notes on it.

    Noted are the reasons of what was skipped, then what the tests have recorded through pytest's
    `record_testsuite_property` and `record_property`, as `name: value`.

    A failure that was expected, and came, is a test that passed. A test that fails and whose
    clean-up fails too is one test that failed.
    """
    tally = Tally()
    reasons = []
    suites = ElementTree.parse(report)
    for case in suites.iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            tally += Tally(failed=1)
        elif skipped is not None and skipped.get("type") != "pytest.xfail":
            tally += Tally(skipped=1)
            reasons.append(skipped.get("message", ""))
        else:
            tally += Tally(passed=1)
    figures = [
        f"{figure.get('name')}: {figure.get('value')}"
        for figure in suites.iter("property")
        # Hypothesis records its own statistics there too: pages of them, and encoded.
        if not figure.get("name", "").startswith("hypothesis-")
    ]
    return tally, [*reasons, *figures]
