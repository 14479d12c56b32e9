"""What is in the images: the sizes that README.md names, and no secret."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.containers.compose import Project, run
from tests.containers.conftest import CHAPTERS
from tutorial.chapters import Chapter
from tutorial.repository import ROOT

Record = Callable[[str, object], None]

# How far a size may be from README.md's, as a part of it and in megabytes, whichever is more: the
# base image decides what pip compiles of itself.
TOLERANCE = 0.05
TOLERANCE_MB = 3

INSTRUCTION = re.compile(r"^[A-Z]+ ", re.M)
ROW = re.compile(r"^\| .*\[Dockerfile\]\(([^)]*)\).* \| (\d+) MB \|$", re.M)


def instructions(dockerfile: Path) -> int:
    """How many instructions follow the last FROM: each is one entry of the image's history."""
    last = re.split(r"^FROM .+$", dockerfile.read_text("utf-8"), flags=re.M)[-1]
    return len(INSTRUCTION.findall(last))


def added(image: str, dockerfile: Path) -> float:
    """How many megabytes the image adds to its base."""
    history = run("docker", "history", "--human=false", "--format", "{{.Size}}", image)
    return sum(map(int, history.split()[: instructions(dockerfile)])) / 1e6


def test_the_readme_names_the_sizes(record_testsuite_property: Record) -> None:
    said = {path: int(size) for path, size in ROW.findall((ROOT / "README.md").read_text("utf-8"))}
    measured = {}
    for folder in (ROOT, *(chapter.folder for chapter in CHAPTERS)):
        dockerfile = folder / "Dockerfile"
        image = "site" if folder == ROOT else folder.name
        size = added(f"tutorial-tests:{image}", dockerfile)
        record_testsuite_property(f"{image} adds to its base", f"{size:.0f} MB")
        measured[dockerfile.relative_to(ROOT).as_posix()] = size
    assert said == pytest.approx(measured, rel=TOLERANCE, abs=TOLERANCE_MB), (
        "README.md names other sizes: change its table to what was measured"
    )


def test_no_secret_is_in_the_image(
    chapter: Chapter, project: Project, password: str, tmp_path: Path
) -> None:
    container = project.container("api")
    image = project.says("api", ".Image")
    assert password not in run("docker", "history", "--no-trunc", image)
    assert password not in run("docker", "image", "inspect", image)
    files = tmp_path / "files.tar"
    with files.open("wb") as archive:
        subprocess.run(["docker", "export", container], stdout=archive, check=True, timeout=120)
    names = subprocess.run(
        ["tar", "--list", "--file", files], capture_output=True, text=True, check=True, timeout=120
    ).stdout.splitlines()
    assert "app/app.py" in names
    assert "app/.env" not in names
    found = subprocess.run(["grep", "--count", "--text", password, files], capture_output=True)
    assert found.stdout == b"0\n"
    files.unlink()
