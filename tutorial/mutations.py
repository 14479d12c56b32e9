"""Small lies about a chapter: its page or its snapshot, changed in one place. Pure.

Each kind of lie is a function that yields every lie of its kind; `tell` chooses some, always the
same. A change after which the page still says the truth is none: one that the normalisers forgive,
or that an elision stands for.
"""

import random
import re
import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tutorial.normalisers import NORMALISERS, normalise
from tutorial.pages.blocks import Block, ChangeBlock, FileBlock, TerminalBlock
from tutorial.pages.changes import ADDED, KEPT, REMOVED
from tutorial.pages.console import ELISION, Exchange
from tutorial.pages.page import Page
from tutorial.proof.comparison import text_of
from tutorial.proof.run import Snapshot
from tutorial.proof.tree import TreeFile, made

QUOTA = 6
MADE_UP = "Nobody has printed this line."
STATUS = re.compile(r"(?<![\w.,:-])[1-5]\d\d(?![\w.,:-])")


@dataclass(frozen=True)
class Chapter:
    """A chapter that is true; of its terminals' blocks, those whose lines are in `run` were run."""

    page: Page
    snapshot: Snapshot
    run: frozenset[int]

    @property
    def lines(self) -> list[str]:
        """The page's lines; line 1 is the first."""
        return self.page.text.split("\n")

    @property
    def terminals(self) -> list[TerminalBlock]:
        """The terminals' blocks that were run."""
        blocks = [block for block in self.page.blocks if isinstance(block, TerminalBlock)]
        return [block for block in blocks if block.line in self.run]

    @property
    def files(self) -> list[FileBlock | ChangeBlock]:
        """The blocks that write or change a file."""
        return [block for block in self.page.blocks if isinstance(block, FileBlock | ChangeBlock)]


@dataclass(frozen=True)
class Lie:
    """A chapter with one untrue place. `line` is the page's, or the snapshot's file's.

    `forgiven` names the normalisers that make a truth of it: then it is no lie.
    """

    kind: str
    path: str
    line: int
    what: str
    text: str
    snapshot: Snapshot
    forgiven: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}: {self.what}"


Lies = Iterator[Lie]
Kind = Callable[[Chapter, random.Random], Lies]


def tell(chapter: Chapter, quota: int = QUOTA) -> tuple[list[Lie], list[Lie]]:
    """Some different lies of each kind, and what had to be left out since it is forgiven."""
    rng = random.Random(chapter.page.path)
    told: list[Lie] = []
    forgiven: list[Lie] = []
    anew = chapter.page.starts_from is not None
    fewer = FEWER_IN_SECTIONS if anew else FEWER
    for kind in SECTION_KINDS if anew else KINDS:
        lies = list(kind(chapter, rng))
        rng.shuffle(lies)
        most = min(quota, fewer.get(kind, quota))
        number = 0
        for lie in lies:
            if number == most:
                break
            if any((lie.text, lie.snapshot) == (other.text, other.snapshot) for other in told):
                continue
            if lie.forgiven:
                forgiven.append(lie)
                continue
            told.append(lie)
            number += 1
    return told, forgiven


# Edits


def with_lines(chapter: Chapter, first: int, number: int, *new: str) -> str:
    """The page's text with so many lines from line `first` on replaced."""
    lines = chapter.lines
    lines[first - 1 : first - 1 + number] = new
    return "\n".join(lines)


def on_page(
    chapter: Chapter, kind: str, line: int, what: str, text: str, forgiven: Sequence[str] = ()
) -> Lie:
    """A lie of the page's."""
    path, snapshot = chapter.page.path, chapter.snapshot
    return Lie(kind, path, line, what, text, snapshot, tuple(forgiven))


def another_character(text: str, rng: random.Random, at: int) -> str:
    """The text with another character of the same sort at this place."""
    old = text[at]
    for sort in (string.ascii_lowercase, string.ascii_uppercase, string.digits):
        if old in sort:
            return text[:at] + rng.choice(sort.replace(old, "")) + text[at + 1 :]
    return text[:at] + rng.choice("*+;%".replace(old, "")) + text[at + 1 :]


def forgiving(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    """The normalisers that make these two outputs one; none if they stay different."""
    said, came = text_of(one), text_of(other)
    if said == came or normalise(said) != normalise(came):
        return ()
    names = []
    for left_out in NORMALISERS:
        others = [normaliser for normaliser in NORMALISERS if normaliser is not left_out]
        if normalise(said, others) != normalise(came, others):
            names.append(left_out.name)
    return tuple(names) or ("several together",)


# Outputs


@dataclass(frozen=True)
class Place:
    """A line of an output."""

    block: TerminalBlock
    exchange: Exchange
    number: int

    @property
    def line(self) -> int:
        """Its number on the page."""
        return self.block.line + 1 + self.exchange.output_offset + self.number

    @property
    def text(self) -> str:
        """What it says."""
        return self.exchange.output[self.number]

    @property
    def before_interrupt(self) -> bool:
        """Whether a server printed this later on, and was then interrupted in the same block."""
        following = self.block.exchanges[self.block.exchanges.index(self.exchange) + 1 :]
        return not self.exchange.command and any(each.interrupt for each in following[:1])

    @property
    def beside_elision(self) -> bool:
        """Whether the line above or below is an elision."""
        return ELISION in self.exchange.output[max(0, self.number - 1) : self.number + 2]


def places(chapter: Chapter) -> list[Place]:
    """Every line of an output, elisions aside."""
    return [
        Place(block, exchange, number)
        for block in chapter.terminals
        for exchange in block.exchanges
        for number, text in enumerate(exchange.output)
        if text != ELISION
    ]


def at_place(
    chapter: Chapter, place: Place, kind: str, what: str, *new: str, instead_of: int = 1
) -> Lie:
    """A lie with these lines in place of an output's one, or several."""
    output = list(place.exchange.output)
    output[place.number : place.number + instead_of] = new
    margin = " " * place.block.fence.indent
    text = with_lines(chapter, place.line, instead_of, *(f"{margin}{line}" for line in new))
    forgiven = forgiving(place.exchange.output, output)
    return on_page(chapter, kind, place.line, what, text, forgiven)


def output_characters(chapter: Chapter, rng: random.Random) -> Lies:
    """One character of an output is another."""
    for place in places(chapter):
        for at in rng.sample(range(len(place.text)), min(3, len(place.text))):
            new = another_character(place.text, rng, at)
            what = f"{place.text!r} is {new!r}"
            yield at_place(chapter, place, "a character of an output", what, new)


def output_lines_removed(chapter: Chapter, rng: random.Random) -> Lies:
    """A line of an output is gone; beside an elision it would be true, which stands for it."""
    for place in places(chapter):
        if not place.beside_elision:
            what = f"{place.text!r} is gone"
            yield at_place(chapter, place, "a line of an output removed", what)


def output_lines_added(chapter: Chapter, rng: random.Random) -> Lies:
    """A line of an output stands there twice, or below it one that nobody printed."""
    for place in places(chapter):
        new = rng.choice([place.text, MADE_UP, ""])
        what = f"{new!r} below {place.text!r}"
        yield at_place(chapter, place, "a line of an output added", what, place.text, new)


def output_lines_swapped(chapter: Chapter, rng: random.Random) -> Lies:
    """Two lines of an output change places."""
    for place in places(chapter):
        rest = place.exchange.output[place.number + 1 :]
        if rest and rest[0] not in (place.text, ELISION):
            what = f"{place.text!r} below {rest[0]!r}"
            kind = "two lines of an output swapped"
            yield at_place(chapter, place, kind, what, rest[0], place.text, instead_of=2)


def output_spaces(chapter: Chapter, rng: random.Random) -> Lies:
    """A line of an output ends with a space."""
    for place in places(chapter):
        what = f"a space after {place.text!r}"
        yield at_place(chapter, place, "a space in an output", what, f"{place.text} ")


def status_codes(chapter: Chapter, rng: random.Random) -> Lies:
    """A status code of an output, or any number like one, is another."""
    for place in places(chapter):
        for found in STATUS.finditer(place.text):
            code = rng.choice([c for c in ("200", "201", "404", "500") if c != found[0]])
            new = place.text[: found.start()] + code + place.text[found.end() :]
            what = f"{found[0]} is {code}"
            yield at_place(chapter, place, "a status code", what, new)


def elisions_removed(chapter: Chapter, rng: random.Random) -> Lies:
    """An elision is gone: the output is whole, it seems."""
    for block in chapter.terminals:
        for exchange in block.exchanges:
            for number, text in enumerate(exchange.output):
                if text == ELISION:
                    place = Place(block, exchange, number)
                    what = f"of `{exchange.typed}`"
                    yield at_place(chapter, place, "an elision removed", what)


def outputs_removed(chapter: Chapter, rng: random.Random) -> Lies:
    """A command prints nothing, it seems; what a server printed before Ctrl-C may go unshown."""
    for place in places(chapter):
        output = place.exchange.output
        if place.number == 0 and not place.before_interrupt:
            what = f"of `{place.exchange.typed}`"
            kind = "an output removed"
            yield at_place(chapter, place, kind, what, instead_of=len(output))


def outputs_swapped(chapter: Chapter, rng: random.Random) -> Lies:
    """Two commands have changed outputs; where an elision is, both may be true."""
    exchanges = [
        (block, exchange)
        for block in chapter.terminals
        for exchange in block.exchanges
        if exchange.output and ELISION not in exchange.output
    ]
    for number, (block, exchange) in enumerate(exchanges):
        for other_block, other in rng.sample(exchanges[number + 1 :], len(exchanges[number + 1 :])):
            if exchange.output == other.output:
                continue
            lower = Place(other_block, other, 0).line
            margin = " " * other_block.fence.indent
            new = [f"{margin}{line}" for line in exchange.output]
            text = with_lines(chapter, lower, len(other.output), *new)
            first = Place(block, exchange, 0)
            above = replace(chapter, page=replace(chapter.page, text=text))
            what = f"of `{exchange.typed}` and, in line {lower}, of `{other.typed}`"
            yield at_place(
                *(above, first, "two outputs swapped", what),
                *other.output,
                instead_of=len(exchange.output),
            )
            break


# Commands


def commands_removed(chapter: Chapter, rng: random.Random) -> Lies:
    """A command is gone, and its output stands there without it.

    Without its output too, what is left may be as true as it was.
    """
    for block in chapter.terminals:
        for exchange in block.exchanges:
            if exchange.command and exchange.output and ELISION not in exchange.output:
                line = block.line_of(exchange)
                text = with_lines(chapter, line, len(exchange.command))
                yield on_page(chapter, "a command removed", line, f"`{exchange.typed}`", text)


def commands_changed(chapter: Chapter, rng: random.Random) -> Lies:
    """A command that runs the tests is misspelt, or lacks a word: the page must be run to tell.

    Such a command needs nothing but the folder and the packages. Others need what can't be had in
    the middle of a page: a server, a database, a virtual environment in the making.
    """
    for block in chapter.terminals:
        for exchange in block.exchanges:
            words = exchange.command[0].split(" ") if len(exchange.command) == 1 else []
            if words[:1] != ["pytest"]:
                continue
            line = block.line_of(exchange)
            margin = " " * block.fence.indent
            at = rng.randrange(1, len(words[0]))
            gone = rng.randrange(1, len(words)) if words[1:] else 0
            for new in (
                [words[0][:at] + words[0][at + 1 :], *words[1:]],
                [*words[:gone], *words[gone + 1 :]],
            ):
                if new:
                    wrong = " ".join(new)
                    text = with_lines(chapter, line, 1, f"{margin}$ {wrong}")
                    what = f"`{exchange.typed}` is `{wrong}`"
                    yield on_page(chapter, "a command changed", line, what, text)


def servers_removed(chapter: Chapter, rng: random.Random) -> Lies:
    """A server isn't started, and later stopped."""
    for block in chapter.terminals:
        later = [b for b in chapter.terminals if b.line > block.line]
        same = [b for b in later if b.terminal == block.terminal]
        starts = block.port and not block.exchanges[0].interrupt
        if starts and same and same[0].exchanges[0].interrupt:
            text = without(chapter, block)
            yield on_page(chapter, "a server's start dropped", block.line, block.subject, text)


def terminals_renamed(chapter: Chapter, rng: random.Random) -> Lies:
    """Ctrl-C is pressed in a terminal in which nothing runs."""
    for block in chapter.terminals:
        if block.exchanges[0].interrupt:
            text = with_info(chapter, block, f'"{block.terminal}"', f'"{block.terminal}2"')
            yield on_page(chapter, "another terminal", block.line, "for ^C", text)


def exits(chapter: Chapter, rng: random.Random) -> Lies:
    """A command's exit status is another."""
    for block in chapter.terminals:
        wrong = rng.choice([2, 3, 4])
        if block.status:
            old = f' exit="{block.status}"'
            yield on_page(
                *(chapter, "an exit status", block.line, f"{block.status} isn't told"),
                with_info(chapter, block, old, ""),
            )
            yield on_page(
                *(chapter, "an exit status", block.line, f"{block.status} is {wrong}"),
                with_info(chapter, block, old, f' exit="{wrong}"'),
            )
        elif not block.port:
            yield on_page(
                *(chapter, "an exit status", block.line, f"0 is {wrong}"),
                with_info(chapter, block, "console", f'console exit="{wrong}"'),
            )


def failing_tests(chapter: Chapter, rng: random.Random) -> Lies:
    """Another test fails, or one more."""
    for block in chapter.terminals:
        kind = "a failing test"
        for name in block.fails:
            at = rng.choice([number for number, c in enumerate(name) if c.isalpha()])
            wrong = another_character(name, rng, at)
            text = with_info(chapter, block, name, wrong)
            yield on_page(chapter, kind, block.line, f"{name} is {wrong}", text)
            text = with_info(chapter, block, name, f"{name}, tests/test_x.py::test_x")
            yield on_page(chapter, kind, block.line, "one more is named", text)
        if block.status and not block.fails:
            wrong = f'console fails="tests/test_x{rng.randrange(100)}.py::test_x"'
            text = with_info(chapter, block, "console", wrong)
            yield on_page(chapter, kind, block.line, "one that there isn't", text)


# Listings and changes


def body_lines(block: Block) -> Iterator[tuple[int, str]]:
    """Each line of a block's body with its number on the page."""
    yield from enumerate(block.fence.body, block.line + 1)


def in_body(
    chapter: Chapter, block: Block, kind: str, line: int, what: str, *new: str, instead_of: int = 1
) -> Lie:
    """A lie with these lines in place of a body's one, or several."""
    margin = " " * block.fence.indent
    text = with_lines(chapter, line, instead_of, *(f"{margin}{each}" for each in new))
    return on_page(chapter, kind, line, f"{block.subject}: {what}", text)


def listings(chapter: Chapter) -> list[FileBlock]:
    """The blocks that write a file."""
    return [block for block in chapter.files if isinstance(block, FileBlock)]


def changes(chapter: Chapter) -> list[ChangeBlock]:
    """The blocks that change a file."""
    return [block for block in chapter.files if isinstance(block, ChangeBlock)]


def listing_characters(chapter: Chapter, rng: random.Random) -> Lies:
    """One character of a listing is another."""
    for block in listings(chapter):
        for line, text in body_lines(block):
            if text:
                new = another_character(text, rng, rng.randrange(len(text)))
                what = f"{text!r} is {new!r}"
                yield in_body(chapter, block, "a character of a listing", line, what, new)


def listing_lines_removed(chapter: Chapter, rng: random.Random) -> Lies:
    """A line of a listing is gone."""
    for block in listings(chapter):
        for line, text in body_lines(block):
            kind = "a line of a listing removed"
            yield in_body(chapter, block, kind, line, f"{text!r} is gone")


def test_lines_removed(chapter: Chapter, rng: random.Random) -> Lies:
    """A line of a test is gone."""
    for block in chapter.files:
        for line, text in body_lines(block):
            mark = ADDED if isinstance(block, ChangeBlock) else ""
            if block.path.startswith("tests/") and text.startswith(mark) and text[len(mark) :]:
                kind = "a line of a test removed"
                yield in_body(chapter, block, kind, line, f"{text!r} is gone")


def listing_lines_doubled(chapter: Chapter, rng: random.Random) -> Lies:
    """A line of a listing stands there twice."""
    for block in listings(chapter):
        for line, text in body_lines(block):
            kind = "a line of a listing doubled"
            yield in_body(chapter, block, kind, line, repr(text), text, text)


def listing_lines_swapped(chapter: Chapter, rng: random.Random) -> Lies:
    """Two lines of a listing change places."""
    for block in listings(chapter):
        lines = list(body_lines(block))
        for (line, text), (_, below) in pairwise(lines):
            if text != below:
                kind = "two lines of a listing swapped"
                what = f"{text!r} below {below!r}"
                yield in_body(chapter, block, kind, line, what, below, text, instead_of=2)


def change_characters(chapter: Chapter, rng: random.Random) -> Lies:
    """One character of a change is another, in what it keeps, removes or adds."""
    for block in changes(chapter):
        for line, text in body_lines(block):
            if len(text) > 1 and not text.startswith("@@"):
                new = another_character(text, rng, rng.randrange(1, len(text)))
                what = f"{text!r} is {new!r}"
                yield in_body(chapter, block, "a character of a change", line, what, new)


def change_lines_kept(chapter: Chapter, rng: random.Random) -> Lies:
    """One character of a change is another, in what it keeps or removes: so it fits nowhere."""
    for block in changes(chapter):
        for line, text in body_lines(block):
            if len(text) > 1 and text[0] in (KEPT, REMOVED):
                new = another_character(text, rng, rng.randrange(1, len(text)))
                what = f"{text!r} is {new!r}"
                yield in_body(chapter, block, "a character of a change", line, what, new)


def change_lines_removed(chapter: Chapter, rng: random.Random) -> Lies:
    """A line that a change removes or adds is gone; with fewer that it keeps it may be as true."""
    for block in changes(chapter):
        for line, text in body_lines(block):
            if text.startswith((ADDED, REMOVED)):
                kind = "a line of a change removed"
                yield in_body(chapter, block, kind, line, f"{text!r} is gone")


def change_marks(chapter: Chapter, rng: random.Random) -> Lies:
    """A line of a change has another mark."""
    for block in changes(chapter):
        for line, text in body_lines(block):
            if text[:1] in (ADDED, REMOVED, KEPT) and text[1:]:
                mark = REMOVED if text[0] == KEPT else KEPT
                what = f"{text!r} is {mark + text[1:]!r}"
                yield in_body(chapter, block, "a mark of a change", line, what, mark + text[1:])


def change_lines_swapped(chapter: Chapter, rng: random.Random) -> Lies:
    """Two lines with the same mark change places."""
    for block in changes(chapter):
        lines = list(body_lines(block))
        for (line, text), (_, below) in pairwise(lines):
            if text != below and text[:1] == below[:1] != "@":
                kind = "two lines of a change swapped"
                what = f"{text!r} below {below!r}"
                yield in_body(chapter, block, kind, line, what, below, text, instead_of=2)


def titles(chapter: Chapter, rng: random.Random) -> Lies:
    """A block writes or changes another file."""
    for block in chapter.files:
        at = rng.choice([number for number, c in enumerate(block.path) if c.isalpha()])
        wrong = another_character(block.path, rng, at)
        text = with_info(chapter, block, f'"{block.path}"', f'"{wrong}"')
        yield on_page(chapter, "a file's name", block.line, f"{block.path} is {wrong}", text)


def run_bits(chapter: Chapter, rng: random.Random) -> Lies:
    """A file that can't be run can be, or the other way round."""
    for block in listings(chapter):
        old, new = '"', '" executable'
        if block.executable:
            old, new = " executable", ""
        line = chapter.lines[block.line - 1]
        at = line.rindex(old)
        text = with_lines(chapter, block.line, 1, line[:at] + new + line[at + len(old) :])
        yield on_page(chapter, "a run bit", block.line, block.path, text)


def blocks_dropped(chapter: Chapter, rng: random.Random) -> Lies:
    """A file isn't written, or isn't changed."""
    for block in chapter.files:
        kind = f"a {block.role} dropped"
        yield on_page(chapter, kind, block.line, block.path, without(chapter, block))


def blocks_swapped(chapter: Chapter, rng: random.Random) -> Lies:
    """Two blocks have changed places: below its title each has the other's lines."""
    for first in chapter.files:
        later = [b for b in chapter.files if b.line > first.line and b.role == first.role]
        others = [block for block in later if block.fence.body != first.fence.body]
        for second in rng.sample(others, min(1, len(others))):
            lines = chapter.lines
            upper = slice(first.line, first.line + len(first.fence.body))
            lower = slice(second.line, second.line + len(second.fence.body))
            below, above = lines[lower], lines[upper]
            lines[lower] = above
            lines[upper] = below
            what = f"{first.path} and, in line {second.line}, {second.path}"
            yield on_page(chapter, "two blocks swapped", first.line, what, "\n".join(lines))


def with_info(chapter: Chapter, block: Block, old: str, new: str) -> str:
    """The page's text with a part of a fence's opening line replaced."""
    line = chapter.lines[block.line - 1]
    assert old in line
    return with_lines(chapter, block.line, 1, line.replace(old, new, 1))


def without(chapter: Chapter, block: Block) -> str:
    """The page's text without a block."""
    return with_lines(chapter, block.line, block.fence.end - block.line + 1)


# The snapshot


def in_snapshot(chapter: Chapter, kind: str, path: str, line: int, file: TreeFile | None) -> Lie:
    """A lie of the snapshot's: a file that is another, or gone."""
    tree = {each: kept for each, kept in chapter.snapshot.tree.items() if each != path}
    if file is not None:
        tree[path] = file
    name, text = chapter.snapshot.name, chapter.page.text
    return Lie(kind, f"{name}/{path}", line, path, text, Snapshot(name, tree))


def snapshot_files(chapter: Chapter, rng: random.Random) -> Lies:
    """A file of the snapshot has another character, lacks a line, has one more, or is gone."""
    for path, file in made(chapter.snapshot.tree).items():
        yield in_snapshot(chapter, "a snapshot's file removed", path, 1, None)
        flipped = replace(file, executable=not file.executable)
        yield in_snapshot(chapter, "a snapshot's run bit", path, 1, flipped)
        lines = file.content.decode().split("\n")
        filled = [number for number, text in enumerate(lines) if text]
        for number in rng.sample(filled, min(3, len(filled))):
            text = lines[number]
            wrong = another_character(text, rng, rng.randrange(len(text)))
            for kind, new in (
                ("a character of a snapshot's file", [wrong]),
                ("a line of a snapshot's file removed", []),
                ("a line of a snapshot's file doubled", [text, text]),
            ):
                changed = "\n".join([*lines[:number], *new, *lines[number + 1 :]])
                other = replace(file, content=changed.encode())
                yield in_snapshot(chapter, kind, path, number + 1, other)


def snapshot_files_added(chapter: Chapter, rng: random.Random) -> Lies:
    """The snapshot has a file that the page doesn't make."""
    for path in ("project/secret.py", "tests/test_nothing.py", "notes.txt"):
        kind = "a file added to the snapshot"
        yield in_snapshot(chapter, kind, path, 1, TreeFile(b"1\n"))


# Lies that what was printed gives away, or the tests.
OUTPUT_KINDS: tuple[Kind, ...] = (
    output_characters,
    output_lines_removed,
    output_lines_added,
    output_lines_swapped,
    output_spaces,
    status_codes,
    elisions_removed,
    outputs_removed,
    outputs_swapped,
    commands_removed,
    commands_changed,
    servers_removed,
    terminals_renamed,
    exits,
    failing_tests,
)

# Lies that a comparison with the snapshot gives away.
FILE_KINDS: tuple[Kind, ...] = (
    listing_characters,
    listing_lines_removed,
    test_lines_removed,
    listing_lines_doubled,
    listing_lines_swapped,
    change_characters,
    change_lines_removed,
    change_marks,
    change_lines_swapped,
    titles,
    run_bits,
    blocks_dropped,
    blocks_swapped,
    snapshot_files,
    snapshot_files_added,
)

# A section that starts anew builds nothing that stays, so there is no snapshot to compare it with.
# Whether its code is right, its tests must tell: they can't where a comment is misspelt, or a line
# of a test is gone. They must where a block is gone, or where it changes another file.
KINDS = OUTPUT_KINDS + FILE_KINDS
SECTION_KINDS = (*OUTPUT_KINDS, change_lines_kept, titles, blocks_dropped)

# Kinds of which a few must do, since each takes seconds.
FEWER: dict[Kind, int] = {commands_changed: 2}
FEWER_IN_SECTIONS: dict[Kind, int] = {commands_changed: 1, titles: 2, blocks_dropped: 3}
