"""What holds of the repository as a whole."""

import ast
import re
import shutil
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tutorial.chapters import Chapter, all_chapters
from tutorial.cli import app
from tutorial.environments import prepare
from tutorial.interpreters import SUPPORTED, current
from tutorial.proof.tree import read_tree
from tutorial.repository import ROOT
from tutorial.servers import SITE_PORT, chapter_port

CHAPTERS = all_chapters()
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)

PIN = re.compile(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)(?: *; *.+)?")
REGISTRIES = re.compile(r"\b(?:pythonhosted|pypi|npmjs)\.org")
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(?:root|work|Users/\w+|home/(?!you/)\w+)/")


def text_of(path: Path) -> str:
    """A file's text; nothing of a picture's or a font's."""
    try:
        return (ROOT / path).read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def pins(chapter: Chapter) -> dict[str, str]:
    """The chapter's packages and their versions."""
    lines = chapter.requirements.read_text("utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    found = {}
    for line in wanted:
        pin = PIN.fullmatch(line)
        assert pin, f"{chapter.name}/requirements.txt: {line!r} pins no exact version"
        found[pin[1].lower()] = pin[2]
    return found


def test_nothing_generated_is_in_git(tracked: list[Path]) -> None:
    ignored = subprocess.run(
        ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    assert ignored.stdout == ""
    made = {".db", ".sqlite3", ".pyc", ".log", ".orig", ".rej", ".swp", ".zip", ".whl"}
    assert [path for path in tracked if path.suffix in made] == []


def test_no_file_names_a_registry_or_a_path_of_one_machine(tracked: list[Path]) -> None:
    for pattern in (REGISTRIES, MACHINE_PATHS):
        assert [path for path in tracked if pattern.search(text_of(path))] == []


def test_text_ends_with_one_line_end_and_has_no_carriage_returns(tracked: list[Path]) -> None:
    texts = {path: text_of(path) for path in tracked}
    assert [path for path, text in texts.items() if "\r" in text] == []
    assert [path for path, text in texts.items() if text and not text.endswith("\n")] == []


@each_chapter
def test_a_chapter_imports_nothing_from_outside_itself(chapter: Chapter) -> None:
    program = "from importlib.metadata import packages_distributions as p; print(*p())"
    installed = subprocess.run(
        [prepare(chapter, current()).python, "-c", program],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    own = {path.stem for path in [*chapter.folder.iterdir(), *chapter.folder.glob("tests/*.py")]}
    known = {*installed, *own, *sys.stdlib_module_names}
    for path, file in read_tree(chapter.folder).items():
        for node in ast.walk(ast.parse(file.content if path.endswith(".py") else "")):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            assert {name.partition(".")[0] for name in names} <= known, path


@each_chapter
def test_a_chapter_pins_every_package_exactly(chapter: Chapter) -> None:
    assert "apistar" in pins(chapter)


@pytest.mark.parametrize(
    ("one", "other"), list(combinations(CHAPTERS, 2)), ids=lambda chapter: chapter.number
)
def test_chapters_agree_on_the_versions_that_they_share(one: Chapter, other: Chapter) -> None:
    mine, yours = pins(one), pins(other)
    shared = mine.keys() & yours.keys()
    assert "apistar" in shared
    assert {name: mine[name] for name in shared} == {name: yours[name] for name in shared}


@each_chapter
def test_compose_serves_a_chapter_on_the_port_that_serve_does(chapter: Chapter) -> None:
    compose = (chapter.folder / "docker-compose.yml").read_text("utf-8")
    assert f'"127.0.0.1:{chapter_port(chapter)}:8080"' in compose


def test_the_root_compose_file_has_the_site_and_each_chapters_own_service() -> None:
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert f'"127.0.0.1:{SITE_PORT}:8000"' in compose
    extended = re.findall(r"extends:\n +file: (\S+)\n +service: (\S+)", compose)
    for chapter in CHAPTERS:
        assert (f"src/{chapter.name}/docker-compose.yml", "api") in extended
    for file, service in extended:
        assert re.search(rf"^  {service}:$", (ROOT / file).read_text("utf-8"), re.M)


def test_ci_runs_each_chapter_on_each_python() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    chapters = ", ".join(chapter.name for chapter in CHAPTERS)
    assert workflow.count(f"chapter: [{chapters}]") == 2
    pythons = ", ".join(f'"{minor}"' for minor in SUPPORTED)
    assert f"python: [{pythons}]" in workflow


def test_ci_pins_each_action_by_its_commit() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    used = re.findall(r"uses: (.+)", workflow)
    assert used
    assert [action for action in used if not re.fullmatch(r"\S+@[0-9a-f]{40} # v\S+", action)] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_a_links_target_is_there(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", text)
    local = [target.partition("#")[0] for target in targets if "://" not in target]
    assert local
    assert [target for target in local if target and not (ROOT / target).exists()] == []


def test_the_readme_names_each_chapter_and_its_port() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for chapter in CHAPTERS:
        assert f"src/{chapter.name}" in readme
        assert f"docs/{chapter.name}.md" in readme
        assert str(chapter_port(chapter)) in readme


def test_each_make_target_calls_a_command_that_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    commands = set(re.findall(r"\$\(TUTORIAL\) (\w+)", makefile))
    assert {"serve", "test", "verify"} <= commands
    for command in commands:
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0, command


def test_make_help_lists_each_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.M)
    assert phony
    assert set(phony[1].split()) == set(re.findall(r"^(\w+):.*##", makefile, re.M))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no make: README.md says how")
class TestBootstrap:
    """bootstrap.sh on a machine that lacks something."""

    def run(self, tmp_path: Path, python: str) -> "subprocess.CompletedProcess[str]":
        """Run a copy of it where `python3` is this shell script, and there is nothing else."""
        programs = tmp_path / "bin"
        programs.mkdir()
        for name in ("dirname", "grep", "sed", "touch"):
            (programs / name).symlink_to(shutil.which(name) or "")
        (programs / "python3").write_text(f"#!/bin/sh\n{python}\n", "utf-8")
        (programs / "python3").chmod(0o755)
        for name in ("bootstrap.sh", "requirements.lock"):
            shutil.copy(ROOT / name, tmp_path)
        return subprocess.run(
            [shutil.which("sh") or "sh", tmp_path / "bootstrap.sh"],
            env={"PATH": str(programs), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=20,
        )

    def test_no_supported_python_is_said_in_a_sentence(self, tmp_path: Path) -> None:
        done = self.run(tmp_path, "exit 1")
        assert done.returncode == 1
        assert done.stderr.startswith("The tutorial needs Python 3.11, 3.12 or 3.13,")
        assert done.stderr.count("\n") == 1

    def test_a_python_without_venv_is_said_in_a_sentence(self, tmp_path: Path) -> None:
        done = self.run(tmp_path, 'test "$1" = -c')
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].endswith("install python3-venv.")
