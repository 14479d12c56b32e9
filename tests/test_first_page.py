"""What the first page says of versions and figures is so."""

import re
import subprocess

import pytest

from tutorial.chapters import find_chapter
from tutorial.environments import prepare
from tutorial.interpreters import current
from tutorial.repository import ROOT

PAGE = (ROOT / "docs" / "index.md").read_text("utf-8")
PINS = dict(
    re.findall(r"^([\w-]+)==([\w.]+)", find_chapter("03").requirements.read_text("utf-8"), re.M)
)
ROWS = re.findall(r"^\| ([\w, -]+) \| ([\d., ]+) \|", PAGE, re.M)


def test_the_table_of_versions_is_read_whole() -> None:
    packages = [package for names, _ in ROWS for package in names.split(", ")]
    assert packages[0] == "Python"
    assert set(packages[1:]) >= {"apistar", "Werkzeug", "click", "setuptools", "SQLAlchemy"}


@pytest.mark.parametrize(("names", "versions"), ROWS[1:], ids=[row[0] for row in ROWS[1:]])
def test_each_version_in_the_table_is_the_one_that_is_pinned(names: str, versions: str) -> None:
    for name, version in zip(names.split(", "), versions.split(", "), strict=True):
        assert f"{PINS[name]}.".startswith(f"{version}.")


def test_the_framework_fits_into_2000_lines() -> None:
    program = """
from pathlib import Path
import apistar
print(sum(len(file.read_text("utf-8").splitlines())
          for file in Path(apistar.__file__).parent.rglob("*.py") if "layouts" not in file.parts))
"""
    environment = prepare(find_chapter("01"), current())
    lines = subprocess.run(
        [environment.python, "-c", program],
        env=environment.variables(),
        capture_output=True,
        check=True,
        text=True,
    )
    assert 1500 < int(lines.stdout) < 2000
