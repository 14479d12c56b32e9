"""How far a reader has come: the milestone where the folder stands, and what is not as it is there.

Pure: a course and a folder's files in, a standing out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from tutorial.course import Course, Files, Milestone
from tutorial.forgiveness import complaint, distance, forgiven, small_diff

# A whole file too few or too many is one oversight, however long the file is.
LONGEST_OVERSIGHT = 10
# A file that is as a later step has it says that the reader has come further.
AHEAD = 10


@dataclass(frozen=True)
class Deviation:
    """A file that isn't as it is at the milestone.

    `line` is the page's, where the file, or its first line that differs, was written; None if the
    page begins with it. `note` is a sentence, `diff` a small diff.
    """

    path: str
    kind: Literal["missing", "early", "late", "different"]
    line: int | None
    note: str = ""
    diff: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """Where a folder stands: at the milestone, or near it.

    `forgiven` has the paths of the files in which each thing was forgiven.
    """

    milestone: Milestone
    deviations: tuple[Deviation, ...]
    forgiven: Mapping[str, tuple[str, ...]]

    @property
    def is_exact(self) -> bool:
        """Whether the folder is as it should be at the milestone."""
        return not self.deviations


def standing(course: Course, files: Files, others: tuple[str, ...] = ()) -> Standing:
    """The last milestone that the files equal, else the one that they come nearest to.

    `others` are the paths of files that the chapter doesn't know.
    """
    reached = {path: first_like(path, course, files) for path in files}
    strange = {path: strangeness(path, course, files) for path in files}
    distances = [
        sum(
            max(cost(path, milestone, files), strange.get(path, 0))
            + (AHEAD if reached.get(path, 0) > number else 0)
            for path in files.keys() | milestone.files.keys()
        )
        for number, milestone in enumerate(course.milestones)
    ]
    nearest = len(distances) - 1 - distances[::-1].index(min(distances))
    milestone = course.milestones[nearest]
    found: dict[str, list[str]] = {}
    for path in sorted(files.keys() & milestone.files.keys()):
        for word in forgiven(path, milestone.files[path], files[path]) or ():
            found.setdefault(word, []).append(path)
    deviations = [
        deviation(path, course, milestone, files, others)
        for path in sorted(files.keys() | milestone.files.keys())
        if cost(path, milestone, files)
    ]
    # In the order of the page: what it wrote first is where to begin.
    deviations.sort(key=lambda each: each.line or 0)
    return Standing(
        milestone, tuple(deviations), {word: tuple(paths) for word, paths in found.items()}
    )


def first_like(path: str, course: Course, files: Files) -> int:
    """The index of the first milestone at which the file is as the reader has it; 0 if none is."""
    for number, milestone in enumerate(course.milestones):
        if path in milestone.files and not cost(path, milestone, files):
            return number
    return 0


def strangeness(path: str, course: Course, files: Files) -> int:
    """How far the file is from what it is anywhere; where it isn't at all, it is no nearer."""
    return min(
        (cost(path, each, files) for each in course.milestones if path in each.files), default=0
    )


def cost(path: str, milestone: Milestone, files: Files) -> int:
    """How far one file is from what it is at the milestone."""
    expected, found = milestone.files.get(path), files.get(path)
    if expected is not None and found is not None:
        return distance(path, expected, found)
    lines = (expected or found or b"").count(b"\n")
    return 1 + min(lines, LONGEST_OVERSIGHT)


def deviation(
    path: str, course: Course, milestone: Milestone, files: Files, others: tuple[str, ...]
) -> Deviation:
    """How one file isn't as it is at the milestone."""
    line = course.written(path, milestone)
    expected, found = milestone.files.get(path), files.get(path)
    if found is None:
        name = path.rpartition("/")[2]
        alike = [each for each in others if each.rpartition("/")[2] == name]
        alike += get_close_matches(path, others, 1, 0.75)
        note = f"Is it your {alike[0]}? Its name is not the page's." if alike else ""
        return Deviation(path, "missing", course.made(path, milestone), note)
    if expected is None:
        before = course.milestones[: course.milestones.index(milestone)]
        kind: Literal["early", "late"] = (
            "late" if any(path in each.files for each in before) else "early"
        )
        return Deviation(path, kind, line)
    diff = tuple(small_diff(path, expected, found))
    lacking = next((text[1:] for text in diff if text.startswith("-")), "")
    line = course.written(path, milestone, lacking)
    return Deviation(path, "different", line, complaint(path, found), diff)
