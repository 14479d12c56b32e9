"""A chapter's environment has what its requirements.txt pins, and nothing else."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tutorial import environments
from tutorial.chapters import Chapter, find_chapter
from tutorial.environments import Environment, prepare
from tutorial.errors import TutorialError
from tutorial.interpreters import current


@pytest.fixture
def chapter(tmp_path: Path) -> Chapter:
    folder = tmp_path / "src" / "01-small"
    folder.mkdir(parents=True)
    (folder / "requirements.txt").write_text("iniconfig==2.3.1\n", "utf-8")
    return Chapter(folder)


def packages(environment: Environment) -> list[str]:
    program = "from importlib.metadata import *; print(*(d.name for d in distributions()))"
    done = subprocess.run(
        [environment.python, "-c", program], capture_output=True, check=True, text=True
    )
    return sorted(done.stdout.split())


def test_it_has_what_is_pinned_and_nothing_else(chapter: Chapter, tmp_path: Path) -> None:
    assert packages(prepare(chapter, current(), tmp_path / "cache")) == ["iniconfig"]


def test_it_is_made_once_and_again_when_a_pin_changes(chapter: Chapter, tmp_path: Path) -> None:
    first = prepare(chapter, current(), tmp_path)
    made = first.python.lstat().st_mtime_ns
    assert prepare(chapter, current(), tmp_path) == first
    assert first.python.lstat().st_mtime_ns == made
    chapter.requirements.write_text("# another\niniconfig==2.3.1\n", "utf-8")
    assert prepare(chapter, current(), tmp_path) != first


def test_a_package_that_is_not_to_be_had_is_said_and_leaves_nothing(
    chapter: Chapter, tmp_path: Path
) -> None:
    chapter.requirements.write_text("iniconfig==99.99\n", "utf-8")
    with pytest.raises(TutorialError, match=r"`uv pip sync` failed:(?s:.*)iniconfig==99\.99"):
        prepare(chapter, current(), tmp_path / "cache")
    assert list((tmp_path / "cache" / "environments").iterdir()) == []


def test_a_pin_that_is_missing_is_noticed(chapter: Chapter, tmp_path: Path) -> None:
    chapter.requirements.write_text("Jinja2==3.1.6\n", "utf-8")
    with pytest.raises(TutorialError, match="markupsafe"):
        prepare(chapter, current(), tmp_path)


def test_an_environment_that_another_process_has_made_meanwhile_is_taken(
    chapter: Chapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = environments.run_uv

    def another_is_faster(*arguments: str) -> None:
        real(*arguments)
        if arguments[:2] == ("pip", "check"):
            new = Path(arguments[-1]).parent.parent
            shutil.copytree(new, new.parent.parent / new.name, symlinks=True)

    monkeypatch.setattr(environments, "run_uv", another_is_faster)
    assert packages(prepare(chapter, current(), tmp_path)) == ["iniconfig"]


def test_the_users_own_variables_do_not_reach_a_chapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://production/")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    variables = Environment(tmp_path).variables(DEBUG="true")
    assert "DATABASE_URL" not in variables
    assert "PYTHONPATH" not in variables
    assert variables["DEBUG"] == "true"
    assert variables["PATH"].startswith(str(tmp_path))


def test_a_chapter_keeps_its_environment_by_name() -> None:
    chapter = find_chapter("01")
    assert prepare(chapter, current()).folder.name.startswith("01-hello-world-py3.")
