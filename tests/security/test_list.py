"""The list of known advisories and the chapters' pins agree."""

import datetime
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tutorial.advisories import (
    Advisories,
    Advisory,
    Review,
    disagreements,
    missing_tests,
    pins,
    read,
    unlisted,
)
from tutorial.chapters import all_chapters
from tutorial.repository import ROOT

LISTED = read()
PINNED = pins(all_chapters())
TODAY = datetime.date(2030, 1, 1)

ADVISORY = Advisory("CVE-1", ["GHSA-1"], "Milk", "<2,==3.0", "sour", "drunk", [], "https://a")
GOOD = Advisories([ADVISORY], [Review("Milk", "1.0", datetime.date(2026, 1, 1))])
MILK = {"milk": {"1.0"}}


def test_the_list_and_the_pins_agree() -> None:
    # Where a day begins first, it is tomorrow already.
    latest = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=14))).date()
    assert disagreements(LISTED, PINNED, latest) == []
    assert len(PINNED) > 20


def test_each_advisory_names_tests_that_are_there() -> None:
    assert missing_tests(LISTED) == []


@pytest.mark.parametrize("advisory", LISTED.advisory, ids=lambda advisory: advisory.id)
def test_each_advisory_says_what_it_is_and_where_it_is_from(advisory: Advisory) -> None:
    assert advisory.about.endswith(".")
    assert advisory.out_of_reach.endswith(".")
    assert advisory.source.startswith("https://")


def test_a_list_that_agrees_says_nothing() -> None:
    assert disagreements(GOOD, MILK, TODAY) == []


@pytest.mark.parametrize(
    ("listed", "pinned", "sentence"),
    [
        (GOOD, {"milk": {"1.1"}}, "Milk 1.0 is reviewed, and 1.1 is pinned"),
        (GOOD, {"milk": {"1.0", "1.1"}}, "Milk 1.0 is reviewed, and 1.0, 1.1 is pinned"),
        (GOOD, MILK | {"tea": {"1"}}, "tea is pinned, and nobody has reviewed it."),
        (replace(GOOD, advisory=[]), {}, "Milk is reviewed, and no chapter pins it."),
        (replace(GOOD, pin=[*GOOD.pin] * 2), MILK, "milk is reviewed 2 times."),
        (
            replace(GOOD, pin=[replace(GOOD.pin[0], reviewed=datetime.date(2031, 1, 1))]),
            MILK,
            "Milk is reviewed on a day to come: 2031-01-01.",
        ),
        (replace(GOOD, pin=[]), {}, "CVE-1 is listed, and no chapter pins Milk."),
        (
            replace(GOOD, pin=[replace(GOOD.pin[0], version="2.0")]),
            {"milk": {"2.0"}},
            "CVE-1 is listed, and Milk 2.0 is not affected: <2,==3.0 is.",
        ),
        (replace(GOOD, advisory=[ADVISORY, ADVISORY]), MILK, "GHSA-1 is listed 2 times."),
    ],
)
def test_what_does_not_agree_is_said(
    listed: Advisories, pinned: dict[str, set[str]], sentence: str
) -> None:
    assert any(found.startswith(sentence) for found in disagreements(listed, pinned, TODAY))


@pytest.mark.parametrize(
    ("version", "affected"), [("1.9", True), ("2.0", False), ("3.0", True), ("3.1", False)]
)
def test_a_version_is_affected_that_is_in_a_range(version: str, affected: bool) -> None:
    assert ADVISORY.affects(version) is affected


def test_a_test_that_is_not_there_is_said() -> None:
    named = replace(ADVISORY, tests=["tests/security/test_list.py::test_of_nothing"])
    assert missing_tests(replace(GOOD, advisory=[named]))
    assert missing_tests(GOOD) == ["CVE-1 names no test."]


def test_an_advisory_that_is_found_and_not_listed_is_said() -> None:
    assert unlisted(GOOD, {"Milk": [{"GHSA-1", "PYSEC-1"}]}) == []
    assert unlisted(GOOD, {"Milk": [{"GHSA-2"}]}) == [
        "Milk has the advisory GHSA-2, which is not listed."
    ]


def test_each_advisory_that_the_registry_tells_is_listed(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    # Without the markers: what is pinned for other systems is asked for as well.
    lines = [f"{name}=={version}\n" for name, versions in PINNED.items() for version in versions]
    requirements.write_text("".join(lines), "utf-8")
    program = Path(sys.executable).parent / "pip-audit"
    options = ["--no-deps", "--disable-pip", "--format=json", "--progress-spinner=off"]
    done = subprocess.run(
        [program, "--requirement", requirements, "--cache-dir", tmp_path, "--timeout=15", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr  # 2 is a wrong option
    if not done.stdout:
        pytest.skip(f"the package registry was not reached: {done.stderr.strip()[-200:]}")
    scanned = json.loads(done.stdout)["dependencies"]
    unknown = [package["name"] for package in scanned if "skip_reason" in package]
    if len(unknown) == len(scanned):
        pytest.skip("the package registry tells no advisories here")
    assert unknown == []
    found = {
        package["name"]: [{finding["id"], *finding["aliases"]} for finding in package["vulns"]]
        for package in scanned
    }
    assert unlisted(LISTED, found) == []
