"""The tables of the reference pages, from the code that they describe. Pure.

`python -m tutorial.reference` writes them into the pages; a test holds that they are there.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence

from tutorial import advisories
from tutorial.normalisers import NORMALISERS
from tutorial.pages.fault import Fault
from tutorial.proof import report
from tutorial.proof.tree import LEFTOVERS, UNMADE
from tutorial.repository import ROOT

PAGES = ("docs/how-it-is-proven.md", "docs/reference/report.md", "docs/reference/security.md")
MARKED = re.compile(r"(<!-- (?P<name>[a-z]+) -->\n).*?(<!-- /(?P=name) -->\n)", re.DOTALL)

# What each object of the report holds, in the order in which the page has them.
SHAPE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "The whole": (
        "",
        {
            "format": "the shape's number; it changes when a field does",
            "python": "the version of the Python that ran the pages",
            "platform": "the operating system's name",
            "docker": "whether an engine answered",
            "when": "the time of the run's beginning",
            "seconds": "how long it took",
            "chapters": "a list of chapters, in order",
            "pages": "a list of the other pages that are run; each has the fields of a chapter",
        },
    ),
    "A chapter": (
        "ChapterReport",
        {
            "name": "the chapter's name, as in `02-todo-api`",
            "page": "its page's path in the repository",
            "inputs": "a digest of the page, both of its snapshots and the code that runs it",
            "complete": "whether the run came to the page's end",
            "seconds": "how long the run took",
            "judging": "how long reading and comparing took, of these",
            "start": "the tree that the page, or each of its sections, begins with",
            "steps": "a list of steps, in order",
            "unmade": "the paths of the snapshot's files that no page makes",
            "faults": "a list of faults: what is untrue; empty if all is true",
            "verified": "on which Pythons the page, as it is, was found true: a list",
            "mutations": "what came of the lies about it; `null` until they were told",
            "starts_from": "the chapter that each section starts from; `null` for a chapter's page",
            "counts": "how many there are of everything",
        },
    ),
    "A step": (
        "StepReport",
        {
            "line": "the heading's line on the page",
            "level": "the heading's level: 2 or 3",
            "title": "the heading",
            "anchor": "its address on the site's page",
            "seconds": "how long the step took",
            "blocks": "a list of blocks, in order",
            "tree": "the reader's folder at the step's end",
        },
    ),
    "A block": (
        "BlockReport",
        {
            "line": "the line of the opening fence",
            "role": "`file`, `change`, `include`, `terminal` or `shown`",
            "language": "the language after the ticks",
            "subject": "a name for people: a path, or the first command",
            "result": "the result",
            "reason": "why it was not run, or is only shown; else empty",
            "seconds": "how long it took",
            "exchanges": "a terminal's: a list of what was typed and what came",
            "changes": "what it did to the reader's folder",
        },
    ),
    "An exchange": (
        "ExchangeReport",
        {
            "line": "the command's line on the page",
            "typed": "the command on a line, or `^C`",
            "output": "what was printed, as a reader would see it",
            "status": "the exit status; `null` while the command runs on",
            "elisions": "how many elisions the page has there",
            "seconds": "how long it took",
            "changes": "what it did to the reader's folder",
        },
    ),
    "A fault": (
        "Fault",
        {
            "page": "the page's path",
            "line": "the page's line",
            "sentence": "what is wrong",
            "detail": "lines to be seen with it: a small diff, or the output so far",
        },
    ),
    "A verification": (
        "Verification",
        {
            "python": "the Python's version",
            "when": "the time of the run's beginning",
        },
    ),
    "Mutations": (
        "Mutations",
        {
            "told": "how many lies were told",
            "caught": "how many of them were caught",
            "survivors": "those that were not, each with its place",
        },
    ),
    "Counts": (
        "Counts",
        {
            "blocks": "how many blocks the page has; each has one result and one role",
            "results": "how many blocks have each result",
            "roles": "how many blocks have each role",
            "exchanges": "how many commands were typed, with each `^C`",
            "elisions": "how many elisions there are in the outputs that came",
        },
    ),
}


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def code(rows: Mapping[str, str]) -> list[tuple[str, str]]:
    """The rows with their names as code."""
    return [(f"`{name}`", text) for name, text in rows.items()]


def tables() -> dict[str, str]:
    """What stands between the marks of each name."""
    shape = [
        f"## {heading}\n\n{table(['field', 'what it holds'], code(fields))}"
        for heading, (_, fields) in SHAPE.items()
    ]
    return {
        "normalisers": table(
            ["name", "what is forgiven"], [(each.name, each.description) for each in NORMALISERS]
        ),
        "unmade": table(["file", "why"], code({name: f"it {why}" for name, why in UNMADE.items()})),
        "advisories": "".join(map(advisory_item, advisories.read().advisory)),
        "pins": table(
            ["package", "version", "reviewed"],
            [
                (review.package, review.version, str(review.reviewed))
                for review in advisories.read().pin
            ],
        ),
        "leftovers": table(["name", "what it is"], code(LEFTOVERS)),
        "shape": "\n".join(shape),
    }


def advisory_item(advisory: advisories.Advisory) -> str:
    """An advisory as an item of a list; its tests by their names alone."""
    tests = " and ".join(f"`{test.partition('::')[2]}`" for test in advisory.tests)
    return (
        f"- [{advisory.id}]({advisory.source}), {advisory.package} `{advisory.affected}`: "
        f"{advisory.about} **Out of reach:** {advisory.out_of_reach} Shown by {tests}.\n"
    )


def fields(name: str) -> list[str]:
    """The fields that the report's file has of a class."""
    if name == "Fault":
        return [field.name for field in dataclasses.fields(Fault)]
    names = [field.name for field in dataclasses.fields(getattr(report, name))]
    if name == "ChapterReport":  # the contents are in files of their own
        return [field for field in names if field != "contents"] + ["counts"]
    return names


def up_to_date(text: str) -> str:
    """A page's text with its tables as they should be."""
    every = tables()
    return MARKED.sub(lambda found: f"{found[1]}\n{every[found['name']]}\n{found[3]}", text)


if __name__ == "__main__":
    for page in PAGES:
        path = ROOT / page
        path.write_text(up_to_date(path.read_text("utf-8")), "utf-8")
