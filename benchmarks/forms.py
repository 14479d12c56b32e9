"""What chapter 03's requests cost in their earlier forms: the figures on the chapter's page."""

import json
import subprocess
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Any

from benchmarks.peer import CHAPTER, FOLDER, THE_CHAPTER
from benchmarks.table import Tables
from tutorial.errors import TutorialError

PROGRAM = FOLDER / "chapter_forms.py"
SIZES = (1_000, 100_000)
COMPLETED = 100  # so many tasks are completed, spread evenly: rare in the large table
INDEX = "task_completed_id"
TURNS = 5
# From the chapter as it was, to the limit: each leaves out one thing more.
WAY = (
    "with_ping",
    "chapter",
    "without_transaction",
    "without_session",
    "without_sqlalchemy",
)
WITHOUT_INDEX = f"DROP INDEX {INDEX}"


def measure_pages(tables: Tables, say: Callable[[str], None], times: int) -> dict[str, Any]:
    """Milliseconds of one request in the process, by form and size."""
    found: dict[str, Any] = {}
    for size in SIZES:
        rare = size // COMPLETED
        tables.make(size, rare)
        url = tables.fresh(size, rare)
        # The form, what is asked of it, and how often: a whole large table takes seconds.
        few = max(3, times * 1_000 // size // 2)
        forms = {
            "whole_table": ("whole_table", "/task/", min(few, times)),
            "page": ("chapter", "/task/", times),
            "late_page": ("chapter", f"/task/?after={size - 200}", times),
            "component_engine_per_request": ("with_component", "/task/", times),
            "one_engine_per_process": ("with_one_engine", "/task/", times),
            "filter_with_index": ("chapter", "/task/?completed=true", times),
            "filter_without_index": ("chapter", "/task/?completed=true", times),
        }
        for name, (form, path, asked) in forms.items():
            if name == "filter_without_index":
                tables.run(WITHOUT_INDEX)
            milliseconds = run(url, form, asked, "GET", path)["took"]
            found.setdefault(name, {})[str(size)] = summary(milliseconds)
            say(f"{name}, {size:,} tasks: {median(milliseconds):,.2f} ms")
    return found


def measure_questions(tables: Tables, say: Callable[[str], None], times: int) -> dict[str, Any]:
    """Milliseconds that the process works for one request, by kind and by form.

    The database's share, and the disk's, is the same in both.
    """
    found: dict[str, Any] = {}
    url = tables.fresh(SIZES[0])
    requests = {
        "read": ("GET", "/task/7/"),
        "list": ("GET", "/task/"),
        "filter": ("GET", "/task/?completed=true"),
        "change": ("PATCH", "/task/7/", '{"completed": true}'),
        "create": ("POST", "/task/", '{"definition": "Buy milk"}'),
    }
    for kind, request in requests.items():
        found[kind] = {}
        forms = ("built_each_time", "chapter")
        for form, each in in_turns(url, forms, times, *request).items():
            found[kind][form] = summary(each["worked"])
            say(f"{kind}, {form}: {median(each['worked']):.3f} ms of the processor")
    return found


def measure_way(tables: Tables, say: Callable[[str], None], times: int) -> dict[str, Any]:
    """Milliseconds of reading one task, by form: each time one thing less."""
    found: dict[str, Any] = {}
    url = tables.fresh(SIZES[0])
    for form, each in in_turns(url, WAY, times, "GET", "/task/7/").items():
        found[form] = summary(each["took"])
        say(f"reading one, {form}: {median(each['took']):.3f} ms")
    return found


def in_turns(
    url: str, forms: Sequence[str], times: int, *request: str
) -> dict[str, dict[str, list[float]]]:
    """Each form several times in turn: what disturbs the machine disturbs each of them."""
    found: dict[str, dict[str, list[float]]] = {form: {"took": [], "worked": []} for form in forms}
    for _ in range(TURNS):
        for form in forms:
            for what, milliseconds in run(url, form, times, *request).items():
                found[form][what] += milliseconds
    return found


def run(url: str, form: str, times: int, *request: str) -> dict[str, list[float]]:
    """Each request's milliseconds, in a process of the chapter's own environment."""
    environment = THE_CHAPTER.environment()
    done = subprocess.run(
        [environment.python, "-W", "ignore", PROGRAM, form, str(times), *request],
        cwd=CHAPTER.folder,
        env=environment.variables(DATABASE_URL=url),
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise TutorialError(f"{form} failed:\n{done.stderr}")
    milliseconds: dict[str, list[float]] = json.loads(done.stdout)
    return milliseconds


def summary(milliseconds: list[float]) -> dict[str, float | int]:
    """The middle one, and where nine of ten lie."""
    cuts = quantiles(milliseconds, n=20)
    return {
        "median": round(median(milliseconds), 3),
        "low": round(cuts[0], 3),
        "high": round(cuts[-1], 3),
        "times": len(milliseconds),
    }
