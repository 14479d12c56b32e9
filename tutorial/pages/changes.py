"""Changes to a file, as a page's diff block writes them. Pure: text in, text out.

A hunk says where it goes by the lines that it keeps and removes: they must stand together in
exactly one place of the file. `@@` separates hunks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

KEPT, ADDED, REMOVED = " ", "+", "-"


class ChangeError(Exception):
    """A change that isn't one, or that doesn't apply.

    `offset` is the line of the block's body, from 0, that the sentence is about.
    """

    def __init__(self, offset: int, sentence: str, detail: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.offset = offset
        self.sentence = sentence
        self.detail = tuple(detail)


@dataclass(frozen=True)
class Hunk:
    """Lines, each with its mark, that stand together."""

    offset: int
    lines: tuple[tuple[str, str], ...]

    @property
    def before(self) -> list[str]:
        """The lines that the file must have."""
        return [text for mark, text in self.lines if mark != ADDED]

    @property
    def after(self) -> list[str]:
        """The lines that take their place."""
        return [text for mark, text in self.lines if mark != REMOVED]


def parse_change(body: Sequence[str]) -> tuple[Hunk, ...]:
    """The hunks of a diff block's body."""
    hunks: list[Hunk] = []
    lines: list[tuple[str, str]] = []
    start = 0

    def finish(end: int) -> None:
        if not lines:
            raise ChangeError(end, "a hunk without lines")
        if all(mark == KEPT for mark, _ in lines):
            raise ChangeError(start, "a hunk that changes nothing")
        hunks.append(Hunk(start, tuple(lines)))

    for offset, line in enumerate(body):
        if line.startswith("@@"):
            # A first separator may stand above all hunks, as other tools write it.
            if offset:
                finish(offset)
            lines, start = [], offset + 1
        elif line.startswith(("--- ", "+++ ")) and not lines and offset < 2:
            raise ChangeError(offset, "a diff's header: the title names the file")
        elif line == "":
            lines.append((KEPT, ""))
        elif line[0] in (KEPT, ADDED, REMOVED):
            lines.append((line[0], line[1:]))
        else:
            raise ChangeError(offset, f"a line of a change begins with ' ', '+' or '-': {line!r}")
    finish(len(body))
    return tuple(hunks)


def apply_change(text: str, hunks: Sequence[Hunk]) -> str:
    """The text after the change. Every hunk is looked for in the text as it was before."""
    lines = text.split("\n")
    ending = lines.pop()  # what follows the last newline: nothing, in a file that ends as it should
    if ending:
        lines.append(ending)
    result: list[str] = []
    done = 0
    for hunk in hunks:
        place = find(lines, hunk)
        if place < done:
            raise ChangeError(
                hunk.offset, "a hunk that belongs above the one before it: keep the file's order"
            )
        result += lines[done:place] + hunk.after
        done = place + len(hunk.before)
    result += lines[done:]
    return "\n".join(result) + ("\n" if result and not ending else "")


def find(lines: Sequence[str], hunk: Hunk) -> int:
    """Where the hunk goes, as an index of the lines."""
    before = hunk.before
    if not before and lines:
        raise ChangeError(
            hunk.offset, "a hunk that only adds: show a line beside it, to say where it goes"
        )
    places = [
        index
        for index in range(len(lines) - len(before) + 1)
        if lines[index : index + len(before)] == before
    ]
    if len(places) == 1:
        return places[0]
    if places:
        numbers = " and ".join(str(place + 1) for place in places)
        raise ChangeError(
            hunk.offset, f"the change fits in {len(places)} places of the file: lines {numbers}"
        )
    raise not_found(lines, hunk)


def not_found(lines: Sequence[str], hunk: Hunk) -> ChangeError:
    """Which line of the hunk the file lacks, and the text that comes nearest."""
    before = hunk.before
    index = nearest(lines, before)
    window = lines[index : index + len(before)]
    missing = next(
        (
            number
            for number, (asked, there) in enumerate(zip(before, window, strict=False))
            if asked != there
        ),
        len(window),
    )
    offsets = [hunk.offset + number for number, (mark, _) in enumerate(hunk.lines) if mark != ADDED]
    detail = [f"expected: {line}" for line in before[missing : missing + 1]]
    if window:
        detail.append(f"nearest, line {index + 1} of the file:")
        detail += [f"  {number} {line}" for number, line in enumerate(window, index + 1)]
    else:
        detail.append("the file is empty")
    return ChangeError(offsets[missing], "the file has no such lines", detail)


def nearest(lines: Sequence[str], wanted: Sequence[str]) -> int:
    """Where the lines are that are most like the wanted ones."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2("\n".join(wanted))

    def likeness(index: int) -> float:
        window = lines[index : index + len(wanted)]
        same = sum(a == b for a, b in zip(window, wanted, strict=False))
        matcher.set_seq1("\n".join(window))
        return same + matcher.ratio()

    return max(range(max(1, len(lines) - len(wanted) + 1)), key=likeness, default=0)
