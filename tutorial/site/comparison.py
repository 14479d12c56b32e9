"""A file before and after a change as HTML: whole, with what stayed folded, in its colours."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

from tutorial.pages.changes import ADDED, KEPT, REMOVED
from tutorial.site.highlight import highlighted_lines, lexer_for

# How many lines that stayed are shown beside a change, and from how many on they are folded away.
CONTEXT = 3
FOLDED_FROM = 3

TAGS = {KEPT: "span", ADDED: "ins", REMOVED: "del"}


@dataclass(frozen=True)
class Line:
    """A line of a comparison: its mark, its number before and after, and its HTML."""

    mark: str
    before: int | None
    after: int | None
    html: str


def comparison_html(source: str, path: str, what: str) -> str:
    """Return a comparison that can be folded.

    The source has each line of the file with its mark. The script changes.js puts it side by side
    where a reader wants that.
    """
    lines = list(compared_lines(source, path))
    added = sum(line.mark == ADDED for line in lines)
    removed = sum(line.mark == REMOVED for line in lines)
    counts = f'<span class="counts">{counts_html(added, removed)}</span>' if lines else ""
    body = "".join(
        folded_html(part) if is_folded else part_html(part) for is_folded, part in parts(lines)
    )
    if not lines:
        body = '<p class="listing-note">No line of text is another.</p>'
    return (
        f'<details class="comparison highlight" open><summary>'
        f'<span class="listing-path">{escape(path)}</span><span>{escape(what)}</span>{counts}'
        f"</summary>{body}</details>"
    )


def counts_html(added: int, removed: int) -> str:
    """Return how many lines come and go."""
    return f"<ins>+{added}</ins> <del>−{removed}</del>"  # noqa: RUF001


def compared_lines(source: str, path: str) -> Iterator[Line]:
    """Yield the lines; the text before and the text after are coloured apart from one another."""
    if not source:
        return
    lexer = lexer_for(path=path)
    marked = [(line[:1] or KEPT, line[1:]) for line in source.split("\n")]
    old = highlighted_lines("\n".join(text for mark, text in marked if mark != ADDED), lexer)
    new = highlighted_lines("\n".join(text for mark, text in marked if mark != REMOVED), lexer)
    before = after = 0
    for mark, _ in marked:
        before += mark != ADDED
        after += mark != REMOVED
        yield Line(
            mark,
            before if mark != ADDED else None,
            after if mark != REMOVED else None,
            old[before - 1] if mark == REMOVED else new[after - 1],
        )


def parts(lines: list[Line]) -> Iterator[tuple[bool, list[Line]]]:
    """Yield the lines in runs, with whether they are far enough from any change to be folded."""
    changed = [place for place, line in enumerate(lines) if line.mark != KEPT]
    near = {place + distance for place in changed for distance in range(-CONTEXT, CONTEXT + 1)}
    places = range(len(lines))
    runs = [(not far, list(run)) for far, run in groupby(places, lambda place: place in near)]
    joined: list[tuple[bool, list[Line]]] = []
    for is_far, run in runs:
        is_folded = is_far and len(run) >= FOLDED_FROM
        part = [lines[place] for place in run]
        if joined and not is_folded and not joined[-1][0]:
            joined[-1][1].extend(part)
        else:
            joined.append((is_folded, part))
    yield from joined


def folded_html(lines: list[Line]) -> str:
    """Return lines that stayed, folded away."""
    number = len(lines)
    return (
        f'<details class="comparison-gap"><summary>{number} unchanged lines</summary>'
        f"{part_html(lines)}</details>"
    )


def part_html(lines: list[Line]) -> str:
    """Return lines that stand together; numbers and marks are drawn, so no copy takes them."""
    return f"<pre><code>{''.join(map(line_html, lines))}</code></pre>"


def line_html(line: Line) -> str:
    tag = TAGS[line.mark]
    numbers = f"{line.before or '':>3} {line.after or '':>3}"
    return f'<{tag} class="line" data-lines="{numbers}">{line.html}\n</{tag}>'
