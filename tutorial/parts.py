"""What `tutorial test` tests: one function a part."""

import functools
import os
import shutil
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tutorial import engine, environments
from tutorial.chapters import Chapter
from tutorial.folders import temporary_folder
from tutorial.interpreters import Interpreter
from tutorial.postgres import PostgresError, postgres_server
from tutorial.proof import report, tree
from tutorial.proof.claim import all_claims
from tutorial.repository import ROOT
from tutorial.suite import NOT_INSTALLED, Part, Report, Stage, UnavailableError
from tutorial.tally import Tally, read_junit

SITE_TESTS = Path("tests", "site")
LOOKS_TESTS = SITE_TESTS / "looks"
SPEED_TESTS = SITE_TESTS / "test_speed.py"
EVERY_PAGE = LOOKS_TESTS / "test_every_page.py"
SCREENSHOTS = LOOKS_TESTS / "test_screenshots.py"
MUTATION_TESTS = Path("tests", "verify", "test_mutations.py")
LOAD_TESTS = Path("tests", "load")
FAULT_TESTS = Path("tests", "faults")
LIGHTHOUSE_TESTS = Path("tests", "lighthouse")
FUZZ_TESTS = Path("tests", "fuzz")
CONTAINER_TESTS = Path("tests", "containers")
BENCHMARK_TESTS = Path("tests", "benchmarks")

# Tests that are parts by themselves: all others are the part `tooling`.
PARTS_BY_THEMSELVES = (
    SITE_TESTS,
    MUTATION_TESTS,
    LOAD_TESTS,
    FAULT_TESTS,
    FUZZ_TESTS,
    CONTAINER_TESTS,
    LIGHTHOUSE_TESTS,
    BENCHMARK_TESTS,
)

# What running a chapter leaves in its folder, and a copy doesn't need.
LEFTOVERS = shutil.ignore_patterns(*tree.LEFTOVERS, ".*_cache", "*.db-*")

# One at a time: two that need the same environment make it once.
preparing = threading.Lock()
# One at a time: each run adds to the same report, and takes both cores.
verifying = threading.Lock()
# One at a time: a database of the user's own has room for the tests of one chapter on one Python.
users_database = threading.Lock()


def all_parts(chapters: Sequence[Chapter], pythons: Sequence[Interpreter]) -> list[Part]:
    """Every part: those that take longest first, and what waits for the pages after them."""
    return [
        *(Part(f"pages-py{python.minor}", functools.partial(pages, python)) for python in pythons),
        Part("tooling", tooling),
        *(part for python in pythons for part in chapter_parts(chapters, python)),
        Part("lint", lint),
        Part("configuration", configuration),
        Part("site", site),
        Part("browser-looks", browser_looks),
        Part("browser-use", browser_use),
        Part("browser-every-page", browser_every_page, everyday=False),
        Part("browser-screenshots", browser_screenshots, everyday=False),
        Part("mutations", mutations),
        Part("mutations-in-sections", mutations_in_sections, everyday=False),
        Part("faults", faults, everyday=False),
        Part("fuzz", fuzz, everyday=False),
        Part("load", load, everyday=False, alone=True),
        Part("site-speed", site_speed, everyday=False, alone=True),
        Part("lighthouse", lighthouse, everyday=False, alone=True),
        Part("bench", bench, everyday=False, alone=True),
        Part("containers", containers, everyday=False, alone=True, required=False),
    ]


def chapter_parts(chapters: Sequence[Chapter], python: Interpreter) -> list[Part]:
    """The chapters' own tests, once a database."""
    parts = []
    for chapter in chapters:
        name = f"chapter-{chapter.number}-py{python.minor}"
        if chapter.has_database:
            on_sqlite = functools.partial(chapter_tests, chapter, python)
            on_postgresql = functools.partial(chapter_tests_on_postgresql, chapter, python)
            parts.append(Part(f"{name}-sqlite", on_sqlite))
            parts.append(Part(f"{name}-postgresql", on_postgresql))
        else:
            parts.append(Part(name, functools.partial(chapter_tests, chapter, python)))
    return parts


def lint(stage: Stage) -> Report:
    """The style and the types of all Python in the repository."""
    return checks(
        stage,
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
    )


def tooling(stage: Stage) -> Report:
    """The tests of the tooling itself and of the repository as a whole."""
    return own_tests(stage, "tests", *(f"--ignore={path}" for path in PARTS_BY_THEMSELVES))


def browser_looks(stage: Stage) -> Report:
    """Each kind of page as it looks in a real browser, and whom it shuts out."""
    return in_browser(stage, LOOKS_TESTS, f"--ignore={EVERY_PAGE}", f"--ignore={SCREENSHOTS}")


def browser_use(stage: Stage) -> Report:
    """The site in use, in a real browser: search, copies, downloads, the APIs' own pages."""
    return in_browser(stage, SITE_TESTS, f"--ignore={LOOKS_TESTS}", f"--ignore={SPEED_TESTS}")


def browser_every_page(stage: Stage) -> Report:
    """The same of every page, whatever its kind."""
    return in_browser(stage, EVERY_PAGE)


def browser_screenshots(stage: Stage) -> Report:
    """Pictures of the main pages, for people to look at."""
    return in_browser(stage, SCREENSHOTS)


def in_browser(stage: Stage, *arguments: str | Path) -> Report:
    """Tests of the site. They wait for the pages: it shows what their run finds."""
    with verifying:
        pass
    return own_tests(stage, *arguments)


def load(stage: Stage) -> Report:
    """Chapter 03 under many clients at once, for as many seconds as LOAD_SECONDS says."""
    return own_tests(stage, "-s", LOAD_TESTS)


def faults(stage: Stage) -> Report:
    """Chapter 03 while its database, its disk or its processes fail."""
    return own_tests(stage, FAULT_TESTS)


def fuzz(stage: Stage) -> Report:
    """Chapter 03 asked thousands of things that nobody thought of."""
    return own_tests(stage, FUZZ_TESTS)


def containers(stage: Stage) -> Report:
    """Every image builds, and what the compose files name runs as it should."""
    needs_shell()
    try:
        variables = os.environ | engine.variables()
    except engine.NoEngineError as error:
        raise UnavailableError(str(error)) from error
    with_engine: list[str | Path] = [ROOT / CONTAINER_TESTS / "run", sys.executable]
    return pytest(stage, with_engine, [CONTAINER_TESTS], ROOT, variables)


def site_speed(stage: Stage) -> Report:
    """How long the site's build takes, and its rebuild while it is served."""
    return own_tests(stage, SPEED_TESTS)


def lighthouse(stage: Stage) -> Report:
    """Lighthouse's scores of each chapter's page."""
    return own_tests(stage, LIGHTHOUSE_TESTS)


def bench(stage: Stage) -> Report:
    """A short round of the benchmarks, and what must hold of it by far."""
    return own_tests(stage, "-s", BENCHMARK_TESTS)


def pages(python: Interpreter, stage: Stage) -> Report:
    """The pages are true: `tutorial verify` runs them as a reader on this Python would."""
    needs_shell()
    report_file = ROOT / report.FOLDER / "report.json"
    with verifying:
        before = modified(report_file)
        status = stage.run(
            [sys.executable, "-m", "tutorial", "verify", "--python", python.minor],
            ROOT,
            os.environ,
        )
        if modified(report_file) == before:
            return Report(Tally(failed=1), [f"`tutorial verify` ended with status {status}."])
        kept = report.pages_in(report.read_report(ROOT))
    return count_blocks(still_there(kept))


def still_there(pages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of the report's pages that there are: it keeps what it has said of others."""
    there = {claim.page for claim in all_claims(ROOT)}
    return [page for page in pages if page["page"] in there]


def mutations(stage: Stage) -> Report:
    """Small lies about each chapter are caught: told of what `pages` has found true.

    It comes after that, so that there is a report; where there is none, the tests make one.
    """
    return lies(stage, "not in_sections", "chapters")


def mutations_in_sections(stage: Stage) -> Report:
    """The same for exercises and errors: there, more lies have to be run."""
    return lies(stage, "in_sections", "pages")


def lies(stage: Stage, which: str, pages: str) -> Report:
    """The tests whose names say which, and how many lies about these pages were caught."""
    needs_shell()
    with verifying:
        found = own_tests(stage, "-s", "-k", which, MUTATION_TESTS)
        told = still_there(report.read_report(ROOT).get(pages, []))
    return Report(found.tally, [*found.notes, *map(lies_caught, told)])


def needs_shell() -> None:
    """UnavailableError where there is no shell that the pages could be run in."""
    if sys.platform == "win32":
        raise UnavailableError("pages are run in a POSIX shell; on Windows, use WSL")
    if shutil.which("curl") is None:
        raise UnavailableError(f"{NOT_INSTALLED}curl, which the pages type")


def lies_caught(chapter: Mapping[str, Any]) -> str:
    """How many small lies about a page were caught."""
    found = chapter["mutations"] or {"caught": 0, "told": 0}
    return f"{chapter['page']}: mutations caught: {found['caught']} of {found['told']}"


def site(stage: Stage) -> Report:
    """The site builds without a warning."""
    with temporary_folder() as folder:
        return checks(stage, ("mkdocs", "build", "--strict", "--site-dir", folder))


def configuration(stage: Stage) -> Report:
    """The workflow, the compose files and the Dockerfiles."""
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    composes = [ROOT / "docker-compose.yml", *sorted(ROOT.glob("src/*/docker-compose.yml"))]
    dockerfiles = [ROOT / "Dockerfile", *sorted(ROOT.glob("src/*/Dockerfile"))]
    by_schema = ("check-jsonschema", "--builtin-schema")
    return checks(
        stage,
        (*by_schema, "vendor.github-workflows", *workflows),
        ("zizmor", "--offline", "--no-progress", *workflows),
        *((*by_schema, "vendor.compose-spec", compose) for compose in composes),
        *(("hadolint", dockerfile) for dockerfile in dockerfiles),
    )


def chapter_tests(
    chapter: Chapter, python: Interpreter, stage: Stage, database_url: str | None = None
) -> Report:
    """The chapter's own tests, in its own environment and a copy of its folder.

    The copy shows that the chapter needs nothing from outside it, and keeps src/ clean.
    """
    with preparing:
        stage.say(f"Preparing the environment of {chapter.name} on Python {python.version}")
        environment = environments.prepare(chapter, python)
    with temporary_folder() as folder:
        copy = folder / chapter.name
        shutil.copytree(chapter.folder, copy, ignore=LEFTOVERS)
        settings = {"TEST_DATABASE_URL": database_url} if database_url else {}
        return pytest(stage, [environment.python], [], copy, environment.variables(**settings))


def chapter_tests_on_postgresql(chapter: Chapter, python: Interpreter, stage: Stage) -> Report:
    """The same tests on the database at TEST_DATABASE_URL, else on a server started for them."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        with users_database:
            return chapter_tests(chapter, python, stage, url)
    try:
        with postgres_server() as server:
            return chapter_tests(chapter, python, stage, server.url)
    except PostgresError as error:
        raise UnavailableError(str(error)) from error


def checks(stage: Stage, *commands: Sequence[str | Path]) -> Report:
    """Run programs of the tooling's environment: each is a check, passed with exit status 0."""
    tally = Tally()
    for program, *arguments in commands:
        stage.say("$ " + " ".join([str(program), *map(str, arguments)]))
        command = [Path(sys.executable).parent / program, *arguments]
        status = stage.run(command, ROOT, {**os.environ, "NO_MKDOCS_2_WARNING": "1"})
        tally += Tally(failed=1) if status else Tally(passed=1)
    return Report(tally)


def own_tests(stage: Stage, *arguments: str | Path) -> Report:
    """Tests of the repository, in the tooling's environment."""
    return pytest(stage, [sys.executable], arguments, ROOT, os.environ.copy())


def pytest(
    stage: Stage,
    python: Sequence[str | Path],
    arguments: Sequence[str | Path],
    folder: Path,
    variables: dict[str, str],
) -> Report:
    """Run pytest and take the counts and the notes from its own report."""
    with temporary_folder() as scratch:
        results = scratch / "results.xml"
        options = ["-q", "-p", "no:cacheprovider", f"--junitxml={results}"]
        status = stage.run([*python, "-m", "pytest", *options, *arguments], folder, variables)
        if not results.exists():
            return Report(Tally(failed=1), [f"pytest ended with status {status}."])
        tally, notes = read_junit(results)
    if status and not tally.failed:
        return Report(tally + Tally(failed=1), [f"pytest ended with status {status}.", *notes])
    return Report(tally, notes)


def count_blocks(chapters: Iterable[Mapping[str, Any]]) -> Report:
    """The blocks of the pages, from the report of `tutorial verify`: each that runs is a test.

    A page can be untrue as a whole while each of its blocks is true; that counts as a failure too.
    """
    tally = Tally()
    notes = []
    for chapter in chapters:
        counts = chapter["counts"]["results"]
        failed = max(counts.get("failed", 0), len(chapter["faults"]))
        tally += Tally(counts.get("passed", 0), failed, counts.get("not run", 0))
        blocks = [block for step in chapter["steps"] for block in step["blocks"]]
        reasons = Counter(block["reason"] for block in blocks if block["result"] == "not run")
        notes += [f"{chapter['page']}: {n} blocks: {reason}" for reason, n in reasons.items()]
    return Report(tally, notes)


def modified(path: Path) -> int:
    """When the file was last written; 0 if there is none."""
    return path.stat().st_mtime_ns if path.exists() else 0
