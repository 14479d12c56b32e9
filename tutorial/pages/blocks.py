"""A page's blocks: every fence has exactly one role, and says only what that role understands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar

from tutorial.pages.changes import ChangeError, Hunk, parse_change
from tutorial.pages.console import ConsoleError, Exchange, parse_console
from tutorial.pages.fences import INCLUDE, Fence

LANGUAGES = frozenset(
    (
        "console",
        "css",
        "diff",
        "dockerfile",
        "html",
        "http",
        "ini",
        "javascript",
        "json",
        "makefile",
        "markdown",
        "mermaid",
        "powershell",
        "python",
        "sh",
        "sql",
        "text",
        "toml",
        "yaml",
    )
)
DEFAULT_TERMINAL = "shell"
NEEDS = {"docker": "Docker", "python3.13": "Python 3.13"}

INFO = re.compile(r"(?P<language>[^\s=\"{}]+)(?P<attributes>(?:\s.*)?)")
ATTRIBUTE = re.compile(r"\s+(?P<name>[a-z]+)(?:=\"(?P<value>[^\"]*)\")?(?=\s|$)")
INCLUDED = re.compile(r'--8<-- "(?P<source>[^"]+)"')


class BlockError(Exception):
    """A fence without a role; `offset` counts lines from the opening fence, which is 0."""

    def __init__(self, sentence: str, offset: int = 0, detail: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.offset = offset
        self.detail = detail


@dataclass(frozen=True)
class Block:
    """A fence that has a role."""

    role: ClassVar[str]
    fence: Fence
    language: str

    @property
    def line(self) -> int:
        """The line of the opening fence."""
        return self.fence.line

    @property
    def subject(self) -> str:
        """What the block is about, on a line: a name for messages."""
        return self.language


@dataclass(frozen=True)
class FileBlock(Block):
    """Writes a whole file."""

    role = "file"
    path: str
    executable: bool

    @property
    def content(self) -> str:
        """The file's text: each line of the fence, ended."""
        return "".join(f"{line}\n" for line in self.fence.body)

    @property
    def subject(self) -> str:
        return self.path


@dataclass(frozen=True)
class ChangeBlock(Block):
    """Changes a file that is there."""

    role = "change"
    path: str
    hunks: tuple[Hunk, ...]

    @property
    def subject(self) -> str:
        return self.path


@dataclass(frozen=True)
class IncludeBlock(Block):
    """Takes a file from the chapter's snapshot; `source` is its path in the repository."""

    role = "include"
    path: str
    source: str
    executable: bool

    @property
    def subject(self) -> str:
        return self.path


@dataclass(frozen=True)
class TerminalBlock(Block):
    """Types into a terminal and says what is printed.

    `status` is how its last command must end; `fails` are the tests that must be seen to fail;
    on `port` answers the server that its last command starts; `needs` is what must be installed.
    """

    role = "terminal"
    terminal: str
    exchanges: tuple[Exchange, ...]
    status: int
    fails: tuple[str, ...]
    port: int | None
    needs: str | None

    @property
    def subject(self) -> str:
        return next((e.typed for e in self.exchanges if e.command), self.exchanges[0].typed)

    def line_of(self, exchange: Exchange) -> int:
        """The page's line where the exchange begins."""
        return self.line + 1 + exchange.offset


@dataclass(frozen=True)
class ShownBlock(Block):
    """Is only shown, for a reason."""

    role = "shown"
    reason: str


ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "shown": frozenset({"shown", "title"}),
    "terminal": frozenset({"terminal", "exit", "fails", "port", "needs"}),
    "change": frozenset({"title"}),
    "file": frozenset({"title", "executable"}),
}
KNOWN = frozenset().union(*ATTRIBUTES.values())
BARE = frozenset({"executable"})


def parse_block(fence: Fence) -> Block:
    """The block that a fence is; BlockError if it has no role or says more than its role knows."""
    language, attributes = parse_info(fence.info)
    role = role_of(language, attributes)
    for name in attributes:
        if name not in ATTRIBUTES[role]:
            raise BlockError(f"a {role} block has no attribute {name!r}")
    includes = [number for number, line in enumerate(fence.body, 1) if INCLUDE.match(line)]
    if includes and (role != "file" or len(fence.body) != 1):
        raise BlockError("an include must be the only line of a block with a title", includes[0])
    match role:
        case "shown":
            if not attributes["shown"]:
                raise BlockError('shown needs its reason: shown="..."')
            return ShownBlock(fence, language, attributes["shown"])
        case "terminal":
            return terminal_block(fence, language, attributes)
        case "change":
            return change_block(fence, language, checked_path(attributes["title"]))
    path = checked_path(attributes["title"])
    executable = "executable" in attributes
    if not includes:
        return FileBlock(fence, language, path, executable)
    included = INCLUDED.fullmatch(fence.body[0])
    if not included:
        raise BlockError('an include that can\'t be read; it looks like --8<-- "src/..."', 1)
    return IncludeBlock(fence, language, path, included["source"], executable)


def parse_info(info: str) -> tuple[str, dict[str, str]]:
    """The language and the attributes that stand after a fence's ticks."""
    if not info:
        raise BlockError("a fence without a language")
    found = INFO.fullmatch(info)
    if not found:
        raise BlockError(f"what stands after the ticks can't be read: {info!r}")
    if found["language"] not in LANGUAGES:
        raise BlockError(f"unknown language {found['language']!r}")
    rest = found["attributes"].rstrip()
    attributes: dict[str, str] = {}
    position = 0
    while position < len(rest):
        attribute = ATTRIBUTE.match(rest, position)
        if not attribute:
            raise BlockError(f"an attribute that can't be read: {rest[position:].strip()!r}")
        name, value = attribute["name"], attribute["value"]
        if name not in KNOWN:
            raise BlockError(f"unknown attribute {name!r}")
        if name in attributes:
            raise BlockError(f"the attribute {name!r} is given twice")
        if (value is None) != (name in BARE):
            raise BlockError(
                f"{name!r} takes no value"
                if name in BARE
                else f'{name!r} needs a value: {name}="..."'
            )
        attributes[name] = value or ""
        position = attribute.end()
    return found["language"], attributes


def role_of(language: str, attributes: Mapping[str, str]) -> str:
    """The one role that a fence has."""
    if "shown" in attributes:
        return "shown"
    if language == "console":
        return "terminal"
    if language == "diff":
        if "title" not in attributes:
            raise BlockError("a change without a title: which file does it change?")
        return "change"
    if "title" in attributes:
        return "file"
    raise BlockError(
        'a block without a role: give it a title="path", make it a console, or say shown="why"'
    )


def checked_path(title: str) -> str:
    """The title as a path inside the reader's folder."""
    path = PurePosixPath(title)
    if not title or path.is_absolute() or ".." in path.parts or str(path) != title or "\\" in title:
        raise BlockError(f"the title isn't a path inside the reader's folder: {title!r}")
    return title


def change_block(fence: Fence, language: str, path: str) -> ChangeBlock:
    """A diff's block."""
    try:
        return ChangeBlock(fence, language, path, parse_change(fence.body))
    except ChangeError as error:
        raise BlockError(error.sentence, error.offset + 1, error.detail) from None


def terminal_block(fence: Fence, language: str, attributes: Mapping[str, str]) -> TerminalBlock:
    """A console's block."""
    try:
        exchanges = parse_console(fence.body)
    except ConsoleError as error:
        raise BlockError(error.sentence, error.offset + 1) from None
    status = whole_number("exit", attributes, 1, 255)
    port = whole_number("port", attributes, 1, 65535)
    fails = split_tests(attributes["fails"]) if "fails" in attributes else ()
    last = exchanges[-1]
    if "fails" in attributes and not (status and fails):
        raise BlockError("fails names the failing tests, and goes with exit")
    if status and not (last.command or last.interrupt):
        raise BlockError("exit without a command at the block's end")
    if port and not last.command:
        raise BlockError("port without a command at the block's end to start the server")
    if port and status:
        raise BlockError("a server that is left running has no exit status")
    needs = attributes.get("needs")
    if needs is not None and needs not in NEEDS:
        raise BlockError(f"nobody knows what it needs: {needs!r}; known are: {', '.join(NEEDS)}")
    terminal = attributes.get("terminal", DEFAULT_TERMINAL)
    if not terminal:
        raise BlockError("a terminal without a name")
    return TerminalBlock(fence, language, terminal, exchanges, status or 0, fails, port, needs)


def whole_number(name: str, attributes: Mapping[str, str], least: int, most: int) -> int | None:
    """An attribute's number, if it is given."""
    if name not in attributes:
        return None
    value = attributes[name]
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise BlockError(f"{name} is a number from {least} to {most}, not {value!r}")
    return int(value)


def split_tests(names: str) -> tuple[str, ...]:
    """Names of tests, separated by commas; a comma between brackets is part of a name."""
    parts = re.split(r",\s*(?![^\[\]]*\])", names)
    return tuple(part.strip() for part in parts if part.strip())
