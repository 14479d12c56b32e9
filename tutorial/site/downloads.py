"""The code as zips: of each chapter, and of what the reader has after each step."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from tutorial.interpreters import SUPPORTED
from tutorial.patch import README
from tutorial.proof.tree import Tree, TreeFile, made
from tutorial.site.snapshot import Snapshot
from tutorial.site.steps import Step

FOLDER = PurePosixPath("downloads")

# The earliest time that a zip can hold: the time of a build must not change its bytes.
TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3


def zip_path(folder: str) -> PurePosixPath:
    """Return where the zip that opens into the folder is, in the docs."""
    return FOLDER / f"{folder}.zip"


def all_zips(
    chapters: Iterable[Snapshot], steps: Mapping[str, list[Step]]
) -> dict[PurePosixPath, bytes]:
    """Return every zip by its path in the docs."""
    zips = {}
    for chapter in chapters:
        if chapter.files:
            zips[zip_path(chapter.name)] = zipped(chapter.name, chapter.tree)
        for step in steps[chapter.name]:
            zips[zip_path(step.folder)] = zipped(step.folder, tree_with_readme(step))
    return zips


def zipped(folder: str, tree: Tree) -> bytes:
    """Return a zip that opens into the folder: the same tree gives the same bytes, anywhere.

    Nothing is compressed: what the deflation gives depends on the library that Python is built
    with. The trees are small.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, file in sorted(tree.items()):
            entry = zipfile.ZipInfo(f"{folder}/{path}", TIME)
            entry.create_system = UNIX
            entry.external_attr = (0o100755 if file.executable else 0o100644) << 16
            archive.writestr(entry, file.content)
    return buffer.getvalue()


def tree_with_readme(step: Step) -> Tree:
    """Return the tree after a step, with the README that no page makes.

    Where the step's code is the chapter's, its README is too; before that, one that says what can
    be done at this step.
    """
    whole = step.chapter.tree
    if step.after == made(whole):
        return whole
    return {README: TreeFile(step_readme(step).encode()), **step.after}


def step_readme(step: Step) -> str:
    """Return how to run and test the code as it is after a step: the commands that work there."""
    tree = step.after
    paragraphs = [
        f"# {step.chapter.title}: after step {step.number} of {step.count}",
        f"The code as it stands at the end of the step “{step.title.replace('`', '')}”. "
        f"The page that builds it is `docs/{step.chapter.page}`.",
    ]
    setup, ready = [], ""
    if "requirements.txt" in tree:
        setup = [
            "python3 -m venv .venv",
            "source .venv/bin/activate           # Windows: .venv\\Scripts\\activate",
            "python -m pip install -r requirements.txt",
        ]
        ready = f", with Python {', '.join(SUPPORTED[:-1])} or {SUPPORTED[-1]}"
    if "app.py" in tree:
        paragraphs += [f"Run it{ready}:", indented([*setup, *run_commands(tree)])]
    elif setup:
        paragraphs += [
            f"There is no app yet. What it will need can be installed{ready}:",
            indented(setup),
        ]
    elif tree:
        paragraphs.append("There is nothing to run yet.")
    else:
        paragraphs.append("The folder is still empty.")
    if any(re.search(r"(^|/)test_\w+\.py$", path) for path in tree):
        paragraphs += ["Test it:", indented(["pytest"])]
        if step.red:
            paragraphs += [
                "At this step some tests fail. The page says why, and shows it of these:",
                indented(sorted(step.red)),
            ]
    if "docker-compose.yml" in tree:
        paragraphs += ["Or in containers, until you press Ctrl-C:", indented([compose_up(tree)])]
    return "\n\n".join(paragraphs) + "\n"


def run_commands(tree: Tree) -> list[str]:
    """Return the commands that start the app."""
    tables = ["apistar create_tables"] if b"create_tables" in tree["app.py"].content else []
    return [*tables, "apistar run                         # http://localhost:8080/ and /docs/"]


def compose_up(tree: Tree) -> str:
    """Return the command that starts the containers, with the address that they then have."""
    port = re.search(rb"127\.0\.0\.1:(\d+):", tree["docker-compose.yml"].content)
    address = f"         # http://localhost:{port[1].decode()}/" if port else ""
    return f"docker compose up --build{address}"


def indented(lines: Iterable[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)
