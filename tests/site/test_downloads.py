"""The zips: the same bytes each time, one folder each, and code that runs as its README says."""

import io
import re
import subprocess
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from tests.site.reports import chapters, steps
from tutorial import environments
from tutorial.chapters import Chapter, all_chapters
from tutorial.folders import temporary_folder
from tutorial.interpreters import current
from tutorial.proof.run import FAILED_TEST
from tutorial.proof.tree import TreeFile, read_tree
from tutorial.site.downloads import all_zips, step_readme, tree_with_readme, zipped
from tutorial.site.steps import Step

LIMIT = 120


@pytest.fixture(scope="module")
def all_steps() -> list[Step]:
    return [step for each in steps().values() for step in each]


def content(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_zip_depends_on_its_tree_alone() -> None:
    tree = {"b.sh": TreeFile(b"b", True), "a/a.py": TreeFile(b"a")}
    data = zipped("folder", tree)
    assert data == zipped("folder", dict(reversed(tree.items())))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = [
            (each.filename, each.date_time, each.external_attr >> 16, each.compress_type)
            for each in archive.infolist()
        ]
    assert found == [
        ("folder/a/a.py", (1980, 1, 1, 0, 0, 0), 0o100644, zipfile.ZIP_STORED),
        ("folder/b.sh", (1980, 1, 1, 0, 0, 0), 0o100755, zipfile.ZIP_STORED),
    ]


def test_two_builds_have_the_same_zips(site_folder: Path, all_steps: list[Step]) -> None:
    by_name = {chapter.name: list[Step]() for chapter in chapters()}
    for step in all_steps:
        by_name[step.chapter.name].append(step)
    again = {path.name: data for path, data in all_zips(chapters(), by_name).items()}
    built = {path.name: path.read_bytes() for path in (site_folder / "downloads").iterdir()}
    assert built == again
    assert len(built) == len(chapters()) + len(all_steps)


def test_each_zip_opens_into_one_folder_with_a_readme(site_folder: Path) -> None:
    for path in (site_folder / "downloads").iterdir():
        names = content(path.read_bytes())
        assert {PurePosixPath(name).parts[0] for name in names} == {path.stem}
        assert f"{path.stem}/README.md" in names


def test_a_chapters_zip_is_its_snapshot(site_folder: Path) -> None:
    for chapter in all_chapters():
        found = content((site_folder / "downloads" / f"{chapter.name}.zip").read_bytes())
        tree = read_tree(chapter.folder)
        assert found == {f"{chapter.name}/{path}": file.content for path, file in tree.items()}


def test_a_steps_zip_is_what_the_report_has_and_a_readme(
    site_folder: Path, all_steps: list[Step]
) -> None:
    for step in all_steps:
        found = content((site_folder / "downloads" / f"{step.folder}.zip").read_bytes())
        readme = found.pop(f"{step.folder}/README.md")
        assert readme
        assert found == {f"{step.folder}/{path}": each.content for path, each in step.after.items()}


def test_the_last_step_is_the_chapter_with_its_readme(all_steps: list[Step]) -> None:
    for chapter in chapters():
        last = [step for step in all_steps if step.chapter.name == chapter.name][-1]
        assert tree_with_readme(last) == chapter.tree


def test_a_steps_readme_speaks_of_what_is_there(all_steps: list[Step]) -> None:
    for step in all_steps:
        readme = step_readme(step)
        assert ("pip install -r" in readme) == ("requirements.txt" in step.after)
        assert ("apistar run" in readme) == ("app.py" in step.after)
        assert ("docker compose" in readme) == ("docker-compose.yml" in step.after)


def commands(readme: str) -> list[str]:
    """What a reader types who has installed what the README says first."""
    typed = [line.partition("#")[0].strip() for line in re.findall(r"^ {4}(.*)$", readme, re.M)]
    return [line for line in typed if line == "pytest" or line.startswith("apistar create")]


@pytest.mark.parametrize("chapter", all_chapters(), ids=lambda chapter: chapter.name)
def test_a_chapters_zip_passes_its_tests(site_folder: Path, chapter: Chapter) -> None:
    run_as_its_readme_says(site_folder / "downloads" / f"{chapter.name}.zip", red=frozenset())


def test_a_steps_tests_fail_only_where_its_readme_says(
    site_folder: Path, all_steps: list[Step]
) -> None:
    """Each step that the page leaves red, and the first of each chapter that isn't.

    Those between have been run on the page; here it is the zip and its README that are tried.
    """
    tested = [step for step in all_steps if step.patches and "Test it:" in step_readme(step)]
    red = [step for step in tested if step.red]
    green = {step.chapter.name: step for step in reversed(tested) if not step.red}
    assert red
    assert len(green) == len(all_chapters())
    for step in [*red, *green.values()]:
        run_as_its_readme_says(site_folder / "downloads" / f"{step.folder}.zip", step.red)


def run_as_its_readme_says(archive: Path, red: frozenset[str]) -> None:
    """Unpack the zip and type what its README says; tests fail only where it says so."""
    with temporary_folder() as folder, zipfile.ZipFile(archive) as zipped_code:
        zipped_code.extractall(folder)
        unpacked = folder / archive.stem
        requirements = (unpacked / "requirements.txt").read_bytes()
        chapter = next(
            each for each in all_chapters() if each.requirements.read_bytes() == requirements
        )
        environment = environments.prepare(chapter, current())
        typed = commands((unpacked / "README.md").read_text("utf-8"))
        assert "pytest" in typed
        for line in typed:
            done = subprocess.run(
                [*line.split(), *(["-q", "-p", "no:cacheprovider"] if line == "pytest" else [])],
                cwd=unpacked,
                env=environment.variables(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=LIMIT,
            )
            expected = red if line == "pytest" else frozenset()
            assert set(FAILED_TEST.findall(done.stdout)) >= expected, done.stdout
            assert done.returncode == bool(expected), done.stdout
