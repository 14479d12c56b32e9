"""Lighthouse's scores of each chapter's page: on a phone, as the site's container serves it."""

import json
import os
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tutorial.processes import Processes
from tutorial.repository import ROOT

CHAPTERS = sorted((ROOT / "docs").glob("[0-9][0-9]-*.md"))

LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}

# The performance of one run depends on what else the machine does; Lighthouse's own advice is
# the median of several. The other scores are the same in each.
RUNS = 3

PATIENCE = 120


def audit(lighthouse: Path, port: int, url: str, categories: list[str], folder: Path) -> Any:
    """Run Lighthouse once, with its phone profile; return its report."""
    report = folder / "report.json"
    said: list[str] = []
    command: list[str | Path] = [
        lighthouse,
        url,
        f"--port={port}",
        "--form-factor=mobile",
        f"--only-categories={','.join(categories)}",
        "--output=json",
        f"--output-path={report}",
        "--quiet",
    ]
    variables = {**os.environ, "CI": "1"}  # it asks nothing and reports nothing
    with Processes() as processes:
        status = processes.run(
            command, cwd=folder, variables=variables, hear=said.append, limit=PATIENCE
        )
    assert status == 0, "\n".join(said)
    found = json.loads(report.read_text("utf-8"))
    assert "runtimeError" not in found, found["runtimeError"]
    return found


def scores(report: Any) -> dict[str, int]:
    return {name: round(100 * category["score"]) for name, category in report["categories"].items()}


def shortcomings(report: Any) -> list[str]:
    """What took points away."""
    weights = {
        each["id"]: each["weight"]
        for category in report["categories"].values()
        for each in category["auditRefs"]
    }
    return [
        f"{name}: {found['title']} {found.get('displayValue', '')}"
        for name, found in report["audits"].items()
        if weights.get(name) and found["score"] is not None and found["score"] < 0.9
    ]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapters_page_is_fast_and_does_well(
    lighthouse: Path,
    browser_port: int,
    site: str,
    path: Path,
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    url = f"{site}/{path.stem}/"
    first = audit(lighthouse, browser_port, url, list(LEAST), tmp_path)
    found = scores(first)
    runs = [found["performance"]]
    for _ in range(RUNS - 1):
        again = audit(lighthouse, browser_port, url, ["performance"], tmp_path)
        runs.append(scores(again)["performance"])
    found["performance"] = round(statistics.median(runs))
    figures = ", ".join(f"{name} {score}" for name, score in found.items())
    record_testsuite_property(path.stem, figures)
    low = {name: score for name, score in found.items() if score < LEAST[name]}
    assert not low, (low, runs, shortcomings(first))
