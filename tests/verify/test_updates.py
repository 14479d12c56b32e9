"""An update writes what came into the page and the snapshot, forward, and nothing half."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.verify.conftest import claims, write
from tests.verify.test_runs import console, file
from tutorial.proof.run import Options
from tutorial.proof.update import Edition, OutdatedError, update
from tutorial.proof.verify import prove

FIRST = (
    "## Step\n"
    + file("a.txt", "one\ntwo\n")
    + "!!! note\n    ```console\n    $ cat a.txt\n    ```\n"
    + console("$ echo in 1.2s; pwd; printf '\\n\\n'; seq 5", "in 9.9s", "x", "1", "...", "4")
)
SECOND = "## Step\n" + file("a.txt", "-one\n+One\n", "diff") + console("$ cat a.txt")


@pytest.fixture
def tutorial(tmp_path: Path) -> Path:
    """Two chapters whose outputs and snapshots are still to be written."""
    write(tmp_path, "docs/01-one.md", FIRST)
    write(tmp_path, "docs/02-two.md", SECOND)
    write(tmp_path, "src/01-one/README.md", "one\n")
    write(tmp_path, "src/01-one/old/gone.txt", "gone\n")
    return tmp_path


def bring_up_to_date(root: Path, options: Options) -> list[list[str]]:
    editions: list[Edition] = []
    update(claims(root), options, editions.append)
    return [edition.changed for edition in editions]


def files(root: Path) -> Mapping[str, str]:
    """Everything in the repository."""
    return {
        str(path.relative_to(root)): path.read_text("utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_outputs_and_snapshots_are_written(tutorial: Path, options: Options) -> None:
    changed = bring_up_to_date(tutorial, options)
    assert changed == [
        ["docs/01-one.md", "src/01-one/a.txt", "src/01-one/old/gone.txt"],
        ["docs/02-two.md", "src/02-two/a.txt"],
    ]
    now = files(tutorial)
    assert "    $ cat a.txt\n    one\n    two\n    ```\n" in now["docs/01-one.md"]
    output = "in 9.9s\n/home/you/todo\n\n\n1\n...\n4\n5\n```"
    assert output in now["docs/01-one.md"]
    assert now["docs/02-two.md"].endswith("$ cat a.txt\nOne\ntwo\n```\n")
    assert now["src/01-one/a.txt"] == "one\ntwo\n"
    assert now["src/02-two/a.txt"] == "One\ntwo\n"
    assert now["src/01-one/README.md"] == "one\n"
    assert not (tutorial / "src/01-one/old").exists()


def test_what_was_updated_is_true_and_up_to_date(tutorial: Path, options: Options) -> None:
    bring_up_to_date(tutorial, options)
    assert [prove(claim, options).faults for claim in claims(tutorial)] == [(), ()]
    before = files(tutorial)
    assert bring_up_to_date(tutorial, options) == [[], []]
    assert files(tutorial) == before


def test_a_change_is_carried_forward(tutorial: Path, options: Options) -> None:
    bring_up_to_date(tutorial, options)
    page = tutorial / "docs/01-one.md"
    page.write_text(page.read_text("utf-8").replace("two\n```", "three\n```", 1), "utf-8")
    bring_up_to_date(tutorial, options)
    now = files(tutorial)
    assert now["src/02-two/a.txt"] == "One\nthree\n"
    assert now["docs/02-two.md"].endswith("$ cat a.txt\nOne\nthree\n```\n")


def test_a_page_that_no_longer_applies_stops_the_update_with_nothing_half(
    tutorial: Path, options: Options
) -> None:
    bring_up_to_date(tutorial, options)
    page = tutorial / "docs/01-one.md"
    page.write_text(page.read_text("utf-8").replace("one\ntwo\n```", "uno\ntwo\n```", 1), "utf-8")
    before = files(tutorial)
    with pytest.raises(OutdatedError) as caught:
        bring_up_to_date(tutorial, options)
    (fault,) = caught.value.faults
    assert fault.page == "docs/02-two.md"
    assert fault.sentence == "a.txt: the file has no such lines"
    now = files(tutorial)
    assert now["src/01-one/a.txt"] == "uno\ntwo\n"
    assert {path for path in now if now[path] != before[path]} == {
        "docs/01-one.md",
        "src/01-one/a.txt",
    }


@pytest.mark.parametrize(
    "block",
    [
        console("$ false"),
        console("$ true", exit=1),
        console("$ echo FAILED t.py::a; false", exit=1, fails="t.py::b"),
        console("$ printf '$ x\\n'"),
        console("$ printf '> x\\n'"),
        console("$ echo '```'"),
        console("$ echo '--8<-- \"a\"'"),
        "```python\n```\n",
    ],
)
def test_what_a_page_cant_say_truly_is_not_written(
    tutorial: Path, options: Options, block: str
) -> None:
    page = write(tutorial, "docs/01-one.md", FIRST + block)
    before = files(tutorial)
    with pytest.raises(OutdatedError):
        bring_up_to_date(tutorial, options)
    assert files(tutorial) == before
    assert page.read_text("utf-8") == FIRST + block


def test_blocks_that_arent_run_keep_their_output(tutorial: Path, options: Options) -> None:
    block = console("$ docker --version", "Docker 1", needs="docker")
    write(tutorial, "docs/01-one.md", FIRST + block)
    bring_up_to_date(tutorial, replace(options, lacking={"docker": "no engine answers"}))
    assert block in files(tutorial)["docs/01-one.md"]


def test_snapshots_can_be_left_alone(tutorial: Path, options: Options) -> None:
    update(claims(tutorial)[:1], options, lambda _: None, snapshots=False)
    assert "src/01-one/a.txt" not in files(tutorial)
    assert "src/01-one/old/gone.txt" in files(tutorial)
    assert "    one\n" in files(tutorial)["docs/01-one.md"]


def test_run_bits_are_written(tutorial: Path, options: Options) -> None:
    write(tutorial, "docs/01-one.md", "## Step\n" + file("x.sh", "", "sh", " executable"))
    update(claims(tutorial)[:1], options, lambda _: None)
    assert (tutorial / "src/01-one/x.sh").stat().st_mode & 0o777 == 0o755
