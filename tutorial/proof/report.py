"""What a run of the pages found, as build/verify/report.json holds it.

docs/reference/report.md describes the shape for readers; these classes are the shape.
"""

import dataclasses
import json
import os
import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from tutorial.pages.fault import Fault
from tutorial.proof.tree import Tree

FORMAT = 3
FOLDER = Path("build", "verify")

Result = Literal["passed", "failed", "not run", "shown"]

# A file as reports write it: its content's digest, and whether it can be run.
Entry = tuple[str, bool]


@dataclass(frozen=True)
class ExchangeReport:
    """What was typed in a terminal and what came. `status` is null while the command runs on."""

    line: int
    typed: str
    output: str
    status: int | None
    elisions: int
    seconds: float
    changes: Mapping[str, Entry | None] = field(default_factory=dict)


@dataclass(frozen=True)
class BlockReport:
    """A block and how it went; `reason` says why it wasn't run.

    `changes` are the files of the reader's folder that it made, changed or (null) removed.
    """

    line: int
    role: str
    language: str
    subject: str
    result: Result
    reason: str
    seconds: float
    exchanges: tuple[ExchangeReport, ...] = ()
    changes: Mapping[str, Entry | None] = field(default_factory=dict)


@dataclass(frozen=True)
class StepReport:
    """A step, and the reader's folder at its end: for each path a digest and the run bit.

    The content with that digest is in the file objects/DIGEST beside the report.
    """

    line: int
    level: int
    title: str
    anchor: str
    seconds: float
    blocks: tuple[BlockReport, ...]
    tree: Mapping[str, Entry]


@dataclass(frozen=True)
class Verification:
    """That the page, as it is, was found to be true: on which Python, and when (UTC)."""

    python: str
    when: str


@dataclass(frozen=True)
class Mutations:
    """How many small lies were told about the chapter, and caught; which ones were not."""

    told: int
    caught: int
    survivors: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """How many blocks a page has, in all, by result and by role; what was typed; elisions."""

    blocks: int
    results: Mapping[str, int]
    roles: Mapping[str, int]
    exchanges: int
    elisions: int


@dataclass(frozen=True)
class ChapterReport:
    """A page, as it was run from `start`: a chapter's, from the snapshot before it.

    Each section of a page that `starts_from` a chapter was run from that one's snapshot.
    `inputs` is a digest of everything that the result depends on: the page and both snapshots.
    `judging` are the seconds that reading and comparing took. `unmade` are the snapshot's files
    that no page makes. `mutations` is null until the lies have been told.
    """

    name: str
    page: str
    inputs: str
    complete: bool
    seconds: float
    judging: float
    start: Mapping[str, Entry]
    steps: tuple[StepReport, ...]
    unmade: tuple[str, ...]
    faults: tuple[Fault, ...]
    verified: tuple[Verification, ...] = ()
    mutations: Mutations | None = None
    starts_from: str | None = None
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def blocks(self) -> list[BlockReport]:
        """All blocks, in order."""
        return [block for step in self.steps for block in step.blocks]

    @property
    def counts(self) -> Counts:
        """How many there are of everything."""
        blocks = self.blocks
        exchanges = [exchange for block in blocks for exchange in block.exchanges]
        return Counts(
            len(blocks),
            dict(Counter(block.result for block in blocks)),
            dict(Counter(block.role for block in blocks)),
            len(exchanges),
            sum(exchange.elisions for exchange in exchanges),
        )


@dataclass(frozen=True)
class Report:
    """A run of one page or several."""

    python: str
    docker: bool
    when: str
    seconds: float
    chapters: tuple[ChapterReport, ...]

    @property
    def faults(self) -> list[Fault]:
        """Everything that is wrong."""
        return [fault for chapter in self.chapters for fault in chapter.faults]


def now() -> str:
    """The time, as reports write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def summary(tree: Tree) -> dict[str, Entry]:
    """A tree as reports write it."""
    return {path: (file.digest, file.executable) for path, file in tree.items()}


def changes(before: Tree, after: Tree) -> dict[str, Entry | None]:
    """From one tree to the next: files that are new or not as they were, and (None) gone."""
    every = sorted(before.keys() | after.keys())
    different = [path for path in every if before.get(path) != after.get(path)]
    entries = summary({path: after[path] for path in different if path in after})
    return {path: entries.get(path) for path in different}


def contents(trees: Iterable[Tree]) -> dict[str, bytes]:
    """What the trees' files hold, by digest."""
    return {file.digest: file.content for tree in trees for file in tree.values()}


def write_report(report: Report, root: Path) -> Path:
    """Write the report and its objects, each file at once; return the report's path.

    What an older report says of other chapters is kept, and so is on which Pythons a chapter was
    verified and how many lies about it were caught, as long as nothing that it depends on has
    changed.
    """
    folder = root / FOLDER
    objects = folder / "objects"
    objects.mkdir(parents=True, exist_ok=True)
    old = {page["name"]: page for page in pages_in(read_report(root))}
    for chapter in report.chapters:
        for digest, content in chapter.contents.items():
            if not (objects / digest).exists():
                write_at_once(objects / digest, content)
        old[chapter.name] = chapter_json(chapter, old.get(chapter.name), report)
    data = report_json(report, old)
    path = folder / "report.json"
    write_at_once(path, as_json(data))
    return path


def report_json(report: Report, chapters: Mapping[str, Any]) -> dict[str, Any]:
    """A report as its file has it, with these chapters and other pages by their names."""
    ordered = [chapters[name] for name in sorted(chapters)]
    return {
        "format": FORMAT,
        "python": report.python,
        "platform": platform.system(),
        "docker": report.docker,
        "when": report.when,
        "seconds": round(report.seconds, 3),
        "chapters": [page for page in ordered if page["starts_from"] is None],
        "pages": [page for page in ordered if page["starts_from"] is not None],
    }


def as_json(data: Mapping[str, Any]) -> bytes:
    """The report's file."""
    return (json.dumps(data, indent=1) + "\n").encode()


def chapter_json(
    chapter: ChapterReport, old: Mapping[str, Any] | None, report: Report
) -> dict[str, Any]:
    """A chapter as the report's file has it."""
    data = dataclasses.asdict(dataclasses.replace(chapter, contents={}))
    del data["contents"]
    data["counts"] = dataclasses.asdict(chapter.counts)
    unchanged = old if old and old["inputs"] == chapter.inputs else {}
    verified = [
        entry for entry in unchanged.get("verified", []) if entry["python"] != report.python
    ]
    if not chapter.faults:
        verified.append({"python": report.python, "when": report.when})
    data["verified"] = sorted(verified, key=lambda entry: entry["python"])
    data["mutations"] = unchanged.get("mutations")
    return data


def write_mutations(root: Path, chapter: ChapterReport, mutations: Mutations) -> None:
    """Add to the report how many lies about a chapter were caught, if it is still this chapter."""
    data = read_report(root)
    for other in pages_in(data):
        if (other["name"], other["inputs"]) == (chapter.name, chapter.inputs):
            other["mutations"] = dataclasses.asdict(mutations)
            write_at_once(root / FOLDER / "report.json", as_json(data))


def read_report(root: Path) -> dict[str, Any]:
    """The last report as its file has it; empty if there is none that can be read."""
    try:
        data = json.loads((root / FOLDER / "report.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) and data.get("format") == FORMAT else {}


def pages_in(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a report's file says of each page: the chapters' and the others."""
    return [*report.get("chapters", []), *report.get("pages", [])]


def read_chapter(root: Path, name: str) -> ChapterReport | None:
    """What the last report says of a page, contents and all; None if it says nothing."""
    for data in pages_in(read_report(root)):
        if data["name"] == name:
            return chapter_from_json(data, root / FOLDER / "objects")
    return None


def chapter_from_json(data: Mapping[str, Any], objects: Path) -> ChapterReport:
    """A chapter from the report's file."""
    steps = tuple(
        StepReport(**{**step, "blocks": tuple(map(block_from_json, step["blocks"]))})
        for step in data["steps"]
    )
    entries = [
        *data["start"].values(),
        *(entry for step in steps for block in step.blocks for entry in block.changes.values()),
        *(
            entry
            for step in steps
            for block in step.blocks
            for exchange in block.exchanges
            for entry in exchange.changes.values()
        ),
        *(entry for step in steps for entry in step.tree.values()),
    ]
    known = {entry[0] for entry in entries if entry is not None}
    return ChapterReport(
        **{
            **{key: value for key, value in data.items() if key != "counts"},
            "steps": steps,
            "unmade": tuple(data["unmade"]),
            "faults": tuple(
                Fault(**{**fault, "detail": tuple(fault["detail"])}) for fault in data["faults"]
            ),
            "verified": tuple(Verification(**each) for each in data["verified"]),
            "mutations": mutations_from_json(data.get("mutations")),
            "contents": {digest: (objects / digest).read_bytes() for digest in known},
        }
    )


def mutations_from_json(data: Mapping[str, Any] | None) -> Mutations | None:
    """What came of the lies, from the report's file."""
    return Mutations(**{**data, "survivors": tuple(data["survivors"])}) if data else None


def block_from_json(data: Mapping[str, Any]) -> BlockReport:
    """A block from the report's file."""
    exchanges = tuple(ExchangeReport(**exchange) for exchange in data["exchanges"])
    return BlockReport(**{**data, "exchanges": exchanges})


def write_at_once(path: Path, content: bytes, executable: bool | None = None) -> None:
    """Write a file so that nobody ever sees half of it."""
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        new.write_bytes(content)
        if executable is not None:
            new.chmod(0o755 if executable else 0o644)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
