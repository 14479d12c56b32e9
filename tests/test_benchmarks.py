"""The benchmarks' figures: kept in one file, from which the site's page is made."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.load import KINDS, find_wrk, understand
from benchmarks.page import COLOURS, PAGE, PAGES, filled, plot, plot_file
from benchmarks.peer import CHAPTER, PEERS, THE_CHAPTER
from benchmarks.results import Results
from tutorial.errors import TutorialError
from tutorial.repository import ROOT

PIN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.M)


@pytest.fixture(scope="module")
def kept() -> Results:
    return results.read()


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_the_pages_say_what_the_results_say(path: Path, kept: Results) -> None:
    page = (ROOT / path).read_text("utf-8")
    assert page == filled(path, page, kept), "run `python -m benchmarks --page-only`"


@pytest.mark.parametrize("scheme", sorted(COLOURS))
def test_the_plot_shows_what_the_results_say(kept: Results, scheme: str) -> None:
    drawn = plot_file(ROOT, scheme).read_text("utf-8")
    assert drawn == plot(kept, scheme), "run `python -m benchmarks --page-only`"


def test_the_plot_is_the_same_on_another_day(kept: Results) -> None:
    assert "<!--" not in plot(kept, "light")


def test_another_figure_gives_another_page_and_another_plot(kept: Results) -> None:
    page = (ROOT / PAGE).read_text("utf-8")
    changed = [
        {**run, "rate": run["rate"] * 2} if run["peer"] == THE_CHAPTER.name else run
        for run in kept["requests"]
    ]
    other = {**kept, "requests": changed}
    assert filled(PAGE, page, other) != page
    assert plot(other, "light") != plot(kept, "light")


def test_the_page_says_which_measurements_show_one_process(kept: Results) -> None:
    page = (ROOT / PAGE).read_text("utf-8")
    first, *others = kept["requests"]
    other = {**kept, "requests": [{**first, "busiest_worker": 0.9}, *others]}
    [title] = [peer.title for peer in PEERS if peer.name == first["peer"]]
    assert f"these stayed so all the same: {title}, 1." in filled(PAGE, page, other)


def test_a_page_without_a_place_for_a_figure_is_refused(kept: Results) -> None:
    with pytest.raises(TutorialError, match="has the figures"):
        filled(PAGE, "# Benchmarks\n", kept)


def test_the_plot_asks_no_other_host(kept: Results) -> None:
    addresses = set(re.findall(r"""(?:href|src)=["'](http[^"']+)""", plot(kept, "light")))
    assert addresses == set()


def test_every_round_measured_everything(kept: Results) -> None:
    plan = kept["plan"]
    asked = [(run["round"], run["peer"], run["size"], run["kind"]) for run in kept["requests"]]
    assert len(asked) == len(set(asked))
    assert len(asked) == plan["rounds"] * len(PEERS) * len(plan["sizes"]) * len(KINDS)


def test_the_results_say_nothing_of_whose_machine_it_was(kept: Results) -> None:
    assert set(kept["machine"]) == {"processor", "cores", "memory_gib", "system"}


def test_the_peers_share_the_chapters_packages() -> None:
    """What several of them use, they use in the same version: else that would be measured."""
    shared = {"gevent", "greenlet", "gunicorn", "packaging", "psycopg2-binary", "sqlalchemy"}
    chapter = pins(CHAPTER.requirements.read_text("utf-8"))
    for peer in PEERS:
        peers = pins((peer.folder / "requirements.txt").read_text("utf-8"))
        for name in shared & peers.keys() & chapter.keys():
            assert peers[name] == chapter[name], f"{peer.name}: {name}"


def pins(requirements: str) -> dict[str, str]:
    return {name.lower(): version for name, version in PIN.findall(requirements)}


def test_one_request_that_fails_ends_the_run() -> None:
    said = ['{"requests": 900, "microseconds": 1000000, "p50": 900, "p99": 2000, "errors": 1}']
    with pytest.raises(TutorialError, match="1 of 900 requests failed"):
        understand(KINDS[0], 0, said)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--output", "/no/such/folder/x.json"], "/no/such/folder isn't there"),
        (["--page-only", "--output", "x.json"], "from benchmarks/results.json alone"),
    ],
)
def test_what_could_not_be_kept_is_not_measured(options: list[str], sentence: str) -> None:
    command = [sys.executable, "-m", "benchmarks", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_wrk_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TutorialError, match="apt install wrk"):
        find_wrk()
