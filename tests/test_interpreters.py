"""Pythons are found by running them, not by their names."""

import sys
from pathlib import Path

import pytest

from tutorial import interpreters
from tutorial.errors import TutorialError


def program(path: Path, text: str) -> Path:
    """Write a program that runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return path


def test_the_tooling_runs_on_a_python_that_the_chapters_run_on() -> None:
    assert interpreters.current().minor in interpreters.SUPPORTED


def test_each_python_found_really_runs() -> None:
    found = interpreters.find_all()
    assert interpreters.current() in found
    for interpreter in found:
        answer = interpreters.ask(interpreter.path)
        assert answer is not None
        assert answer.version == interpreter.version


def test_a_python_that_the_chapters_do_not_run_on_is_refused() -> None:
    with pytest.raises(TutorialError, match=r"don't run on Python 3\.14"):
        interpreters.find("3.14")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for a Python")
def test_a_name_in_path_that_does_not_run_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minor = next(minor for minor in interpreters.SUPPORTED if minor != interpreters.current().minor)
    shim = program(tmp_path / "shims" / f"python{minor}", "echo 'command not found' >&2; exit 127")
    real = program(
        tmp_path / "real" / f"python{minor}", f"echo {minor.replace('.', ' ')} 7 /real/python"
    )
    monkeypatch.setenv("PATH", f"{shim.parent}:{real.parent}")
    found = interpreters.find(minor)
    assert (found.version, found.path) == (f"{minor}.7", Path("/real/python"))


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for a Python")
def test_pyenvs_newest_is_found_though_it_is_not_in_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minor = next(minor for minor in interpreters.SUPPORTED if minor != interpreters.current().minor)
    for micro in (9, 10):
        program(
            tmp_path / "versions" / f"{minor}.{micro}" / "bin" / "python",
            f"echo {minor.replace('.', ' ')} {micro} $0",
        )
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", "/bin-that-is-not-there")
    assert interpreters.find(minor).version == f"{minor}.10"


def test_a_python_that_is_not_there_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    minor = next(minor for minor in interpreters.SUPPORTED if minor != interpreters.current().minor)
    monkeypatch.setattr(interpreters, "candidates", lambda _: iter([Path("/not/there")]))
    with pytest.raises(TutorialError, match=f"no Python {minor} on this machine"):
        interpreters.find(minor)
