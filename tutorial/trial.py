"""A chapter's tests, run on a copy of a reader's folder."""

import re
from dataclasses import dataclass
from pathlib import Path

from tutorial.course import Files
from tutorial.environments import Environment
from tutorial.folders import temporary_folder
from tutorial.processes import Processes
from tutorial.readers_folder import ReadersFolder
from tutorial.tally import Tally, read_junit

# The chapters' tests take a few seconds.
LIMIT = 120.0
SUMMARY = "short test summary info"
NAMED = re.compile(r"(?:FAILED|ERROR) (\S.*?)(?: - .*)?")
REASON = re.compile(r"E +(\S.*)")


@dataclass(frozen=True)
class Trial:
    """How the tests went; `trouble` says why they didn't run to their end, if they didn't."""

    tally: Tally
    failing: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def passed(self) -> bool:
        """Whether there were tests, and all of them passed."""
        return bool(self.tally.passed) and not self.tally.failed and not self.trouble


def tests_of(files: Files) -> dict[str, bytes]:
    """Of a milestone's files, the tests and what configures them."""
    return {path: content for path, content in files.items() if is_test(path)}


def is_test(path: str) -> bool:
    """Whether the file is a test, or configures the tests."""
    return path.startswith("tests/") or path == "pytest.ini"


def try_out(
    reader: ReadersFolder, tests: Files, environment: Environment, processes: Processes
) -> Trial:
    """Run these tests on a copy of the reader's code: nothing is written to their folder."""
    with temporary_folder() as scratch:
        copy = scratch / "todo"
        copy.mkdir()
        fill(copy, reader, tests)
        results = scratch / "results.xml"
        said: list[str] = []
        options = ["-q", "-rfE", "-p", "no:cacheprovider", f"--junitxml={results}"]
        try:
            processes.run(
                [environment.python, "-m", "pytest", *options],
                cwd=copy,
                variables=environment.variables(COLUMNS="1000", TMPDIR=str(scratch)),
                hear=said.append,
                limit=LIMIT,
            )
        except TimeoutError:
            trouble = f"they were not done after {LIMIT / 60:.0f} minutes, and were stopped"
            return Trial(Tally(), trouble=f"{trouble}: does something wait, or never end?")
        if not results.exists():
            return Trial(Tally(), trouble=why_not_run(said))
        tally, _ = read_junit(results)
        names = failing(said)
        if names and not any("::" in name for name in names):  # modules, not tests
            return Trial(Tally(), names, why_not_run(said))
        return Trial(tally, names)


def fill(copy: Path, reader: ReadersFolder, tests: Files) -> None:
    """Copy what the reader has; the tests are the chapter's."""
    contents = {path: place.read_bytes() for path, place in reader.others.items()}
    contents |= reader.files
    contents = {path: content for path, content in contents.items() if not is_test(path)}
    for path, content in {**contents, **tests}.items():
        target = copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def failing(said: list[str]) -> tuple[str, ...]:
    """The names of the tests that failed, from the end of what pytest said."""
    start = next((n for n, line in enumerate(said) if SUMMARY in line), len(said))
    found = [match[1] for line in said[start:] if (match := NAMED.fullmatch(line))]
    return tuple(dict.fromkeys(found))


def why_not_run(said: list[str]) -> str:
    """What pytest said last of why it couldn't begin."""
    reasons = [match[1] for line in said if (match := REASON.fullmatch(line))]
    last = next((line for line in reversed(said) if line.strip()), "pytest said nothing")
    return f"they can't begin: {reasons[-1] if reasons else last}"
