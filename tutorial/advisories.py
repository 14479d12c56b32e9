"""The known advisories of what the chapters pin, and whether the list and the pins agree. Pure,
but for the reading of the files."""

import ast
import datetime
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tutorial.chapters import Chapter
from tutorial.repository import ROOT

FILE = Path("docs", "reference", "advisories.toml")


@dataclass(frozen=True)
class Advisory:
    """Something known to be wrong with some versions of a package."""

    id: str
    aliases: Sequence[str]
    package: str
    affected: str
    about: str
    out_of_reach: str
    tests: Sequence[str]
    source: str

    @property
    def names(self) -> set[str]:
        """Every name that somebody may call it by."""
        return {self.id, *self.aliases}

    @property
    def versions(self) -> "list[SpecifierSet]":
        """What is affected: a version that is in one of these."""
        return [SpecifierSet(part) for part in self.affected.split(",")]

    def affects(self, version: str) -> bool:
        """Whether this version of the package is affected."""
        return any(versions.contains(version, prereleases=True) for versions in self.versions)


@dataclass(frozen=True)
class Review:
    """When somebody last looked for the advisories of a pinned version."""

    package: str
    version: str
    reviewed: datetime.date


@dataclass(frozen=True)
class Advisories:
    """The list."""

    advisory: Sequence[Advisory]
    pin: Sequence[Review]


def read(root: Path = ROOT) -> Advisories:
    """The list as it is in its file."""
    data = tomllib.loads((root / FILE).read_text("utf-8"))
    return Advisories(
        [Advisory(**entry) for entry in data["advisory"]],
        [Review(**entry) for entry in data["pin"]],
    )


def pins(chapters: Iterable[Chapter]) -> dict[str, set[str]]:
    """The packages that the chapters pin, whatever the Python and the system, and the versions."""
    found: dict[str, set[str]] = {}
    for chapter in chapters:
        for line in chapter.requirements.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                requirement = Requirement(line)
                versions = {clause.version for clause in requirement.specifier}
                found.setdefault(canonicalize_name(requirement.name), set()).update(versions)
    return found


def disagreements(
    listed: Advisories, pinned: Mapping[str, Collection[str]], today: datetime.date
) -> list[str]:
    """What the list and the pins don't agree on: a sentence each."""
    found = []
    for review in listed.pin:
        versions = pinned.get(canonicalize_name(review.package))
        if versions is None:
            found.append(f"{review.package} is reviewed, and no chapter pins it.")
        elif set(versions) != {review.version}:
            found.append(
                f"{review.package} {review.version} is reviewed, and {', '.join(sorted(versions))}"
                " is pinned: look for its advisories, then change the review."
            )
        if review.reviewed > today:
            found.append(f"{review.package} is reviewed on a day to come: {review.reviewed}.")
    reviewed = Counter(str(canonicalize_name(review.package)) for review in listed.pin)
    found += [f"{name} is reviewed {count} times." for name, count in reviewed.items() if count > 1]
    found += [
        f"{name} is pinned, and nobody has reviewed it."
        for name in sorted(pinned)
        if name not in reviewed
    ]
    for advisory in listed.advisory:
        versions = pinned.get(canonicalize_name(advisory.package))
        if versions is None:
            found.append(f"{advisory.id} is listed, and no chapter pins {advisory.package}.")
        elif not any(advisory.affects(version) for version in versions):
            found.append(
                f"{advisory.id} is listed, and {advisory.package} {', '.join(sorted(versions))}"
                f" is not affected: {advisory.affected} is."
            )
    names = Counter(name for advisory in listed.advisory for name in advisory.names)
    found += [f"{name} is listed {count} times." for name, count in names.items() if count > 1]
    return found


def missing_tests(listed: Advisories, root: Path = ROOT) -> list[str]:
    """The tests that the list names and that aren't there: a sentence each."""
    found = []
    for advisory in listed.advisory:
        if not advisory.tests:
            found.append(f"{advisory.id} names no test.")
        for test in advisory.tests:
            file, _, name = test.partition("::")
            path = root / file
            tree = ast.parse(path.read_text("utf-8") if path.is_file() else "")
            functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            if name not in functions:
                found.append(f"{advisory.id} names {test}, which is no test.")
    return found


def unlisted(listed: Advisories, scanned: Mapping[str, Iterable[Collection[str]]]) -> list[str]:
    """What a scan has found and the list doesn't have; each finding comes with all its names."""
    return [
        f"{package} has the advisory {', '.join(sorted(names))}, which is not listed."
        for package, findings in scanned.items()
        for names in findings
        if not any(
            canonicalize_name(package) == canonicalize_name(advisory.package)
            and advisory.names & set(names)
            for advisory in listed.advisory
        )
    ]
