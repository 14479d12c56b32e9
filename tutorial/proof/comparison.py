"""Compares what a page says is printed with what was printed. Pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from tutorial.normalisers import SHOWN_AS, normalise, normalised_lines
from tutorial.pages.console import ELISION

LONGEST_DETAIL = 60


def text_of(lines: Sequence[str]) -> str:
    """Lines of a page as a program prints them."""
    return "".join(f"{line}\n" for line in lines)


def same(expected: Sequence[str], output: str) -> bool:
    """Whether the output is what the page's lines say, elisions and normalisers considered."""
    return matches(normalised_lines(text_of(expected)), normalised_lines(output))


def matches(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether the lines are the same, where `...` stands for any number of lines."""
    here = there = 0
    elision, resume = -1, 0
    while there < len(actual):
        if here < len(expected) and expected[here] == ELISION:
            elision, resume = here, there
            here += 1
        elif here < len(expected) and expected[here] == actual[there]:
            here, there = here + 1, there + 1
        elif elision >= 0:
            resume += 1
            here, there = elision + 1, resume
        else:
            return False
    return all(line == ELISION for line in expected[here:])


def difference(expected: Sequence[str], output: str) -> tuple[str, ...]:
    """A small diff from what the page says (-) to what came (+)."""
    said = normalised_lines(text_of(expected))
    came = normalised_lines(output)
    shown = lines_as_they_came(output)
    lines: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, said, came, autojunk=False).get_opcodes():
        if tag == "equal":
            kept = [f"  {line}" for line in expected[i1:i2]]
            lines += kept if len(kept) <= 4 else [*kept[:2], "  (and so on)", *kept[-2:]]
        elif any(line != ELISION for line in expected[i1:i2]) or ELISION not in expected[i1:i2]:
            lines += [f"- {visible(line)}" for line in expected[i1:i2]]
            lines += [f"+ {visible(line)}" for line in shown[j1:j2]]
        else:
            lines.append("  ...")
    if len(lines) > LONGEST_DETAIL:
        lines = [*lines[:LONGEST_DETAIL], "(and more)"]
    return ("expected (-), got (+):", *lines)


def lines_as_they_came(output: str) -> list[str]:
    """The output's lines; the last one needs no newline."""
    lines = output.split("\n")
    return lines if lines[-1] else lines[:-1]


def visible(line: str) -> str:
    """The line, with what can't be seen at its end or in it made visible."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    return text if text == text.rstrip() else f"{text}⏎"


def brought_up_to_date(expected: Sequence[str], output: str) -> list[str]:
    """The page's lines, changed where they are no longer what is printed, and only there.

    A line that differs by no more than the normalisers forgive stays; so does an elision between
    lines that are still printed.
    """
    if same(expected, output):
        return list(expected)
    shown = lines_as_they_came(normalise(output, SHOWN_AS))
    kept = [number for number, line in enumerate(expected) if line != ELISION]
    said = [likeness(expected[number]) for number in kept]
    came = [likeness(line) for line in shown]
    partner: dict[int, int] = {}  # from a line of the page to the line that came
    for a, b, size in SequenceMatcher(None, said, came, autojunk=False).get_matching_blocks():
        partner.update({kept[a + i]: b + i for i in range(size)})
    result: list[str] = []
    done = 0  # lines of the output that are written, or elided
    for number, line in enumerate(expected):
        if line != ELISION:
            if number in partner:
                result += [*shown[done : partner[number]], line]
                done = partner[number] + 1
            continue
        above = [n for n in kept if n < number][-1:]
        below = [n for n in kept if n > number][:1]
        if all(neighbour in partner for neighbour in above + below):
            result.append(ELISION)
            done = partner[below[0]] if below else len(shown)
    return result + shown[done:]


def likeness(line: str) -> str:
    """A line in the form in which lines are compared; one that is forgiven altogether, as it is."""
    return "".join(normalised_lines(f"{line}\n")) or line
