"""What two outputs may differ in and still be the same: a short list, each entry with its name.

A page's output and the output that came are compared whole, after each of these has been applied
to both. The site lists them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Normaliser:
    """A pure function from a text to one in which some difference no longer shows.

    Patterns match within a line, or the end of the text. One that `displays` makes of an output
    what a reader would see of it, and what pages say; the others only forgive.
    """

    name: str
    description: str
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]
    displays: bool = False

    def __call__(self, text: str) -> str:
        return self.pattern.sub(self.replacement, text)


def overwritten(line: re.Match[str]) -> str:
    """What a terminal shows of a line that returns to its beginning and writes over itself."""
    shown = ""
    for text in line[0].split("\r"):
        shown = text + shown[len(text) :]
    return shown.rstrip(" ")


NORMALISERS: tuple[Normaliser, ...] = (
    Normaliser(
        "final newline",
        "Output that doesn't end its last line, as curl's, is shown with the line ended.",
        re.compile(r"(?<=[^\n])\Z"),
        "\n",
    ),
    Normaliser(
        "folder",
        "The temporary folder in which the page is run stands for the reader's computer.",
        re.compile(r"(?:/[\w.+-]+)*/tutorial-\w{8}(?=/(?:home|tmp|usr)/)"),
        "",
        displays=True,
    ),
    Normaliser(
        "Python's folder",
        "Where Python's own library lies, in a traceback: /usr stands for it.",
        re.compile(r"(?:/[\w.+-]+)+(?=/lib/python3\.\d+/(?!site-packages/))"),
        "/usr",
        displays=True,
    ),
    Normaliser(
        "bold, colour and links",
        "How characters look, as curl's bold headers and its link on an address, is no text.",
        re.compile(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b]*\x1b\\"),
        "",
        displays=True,
    ),
    Normaliser(
        "overwritten line",
        "A line that writes over itself, as pytest's `collecting`, is what stands there at last.",
        re.compile(r"^.*\r.*$", re.MULTILINE),
        overwritten,
        displays=True,
    ),
    Normaliser(
        "duration",
        "How long a run of tests took, with the rule on both sides of it that fills the line.",
        re.compile(
            r"^(=+ )?(.*\b)in \d+(?:\.\d+)?s(?: \(\d+:\d\d:\d\d\))?(?(1) =+)$", re.MULTILINE
        ),
        r"\g<2>in 0.00s",
    ),
    Normaliser(
        "date",
        "The time of day in a log's line or a response's Date header.",
        re.compile(
            r"\[\d\d/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?\]"
            r"|\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d+)? [+-]\d{4}\]"
            r"|(?<=^Date: )\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$",
            re.MULTILINE | re.IGNORECASE,
        ),
        "[date]",
    ),
    Normaliser(
        "Python version",
        "The version of the Python that runs the page, in words and in paths.",
        re.compile(r"\b([Pp]ython[ /]?)3\.\d+(?:\.\d+)?\b|\b(cpython-)3\d+\b"),
        r"\g<1>\g<2>3",
    ),
    Normaliser(
        "pytest's plugins",
        "The line that lists pytest's plugins: setuptools brings one along on some Pythons.",
        re.compile(r"^plugins: [\w.-]+-\d[\w.]*(?:, [\w.-]+-\d[\w.]*)*\n", re.MULTILINE),
        "",
    ),
    Normaliser(
        "process id",
        "The number of a server's process in its log.",
        re.compile(r"(?<=\] )\[\d+\](?= \[[A-Z]+\])|(?<=\bpid: )\d+|(?<=\(pid: )\d+(?=\))"),
        "1",
    ),
    Normaliser(
        "debugger PIN",
        "The PIN that the debugger makes up for the computer.",
        re.compile(r"(?<=Debugger PIN: )\d{3}-\d{3}-\d{3}\b"),
        "000-000-000",
    ),
    Normaliser(
        "memory address",
        "Where an object lies in memory, in its default representation.",
        re.compile(r"(?<= at )0x[0-9a-f]{6,16}(?=>)"),
        "0x0",
    ),
)

SHOWN_AS = tuple(normaliser for normaliser in NORMALISERS if normaliser.displays)


def normalise(text: str, normalisers: Sequence[Normaliser] = NORMALISERS) -> str:
    """The text after all normalisers, in the list's order."""
    for normaliser in normalisers:
        text = normaliser(text)
    return text


def normalised_lines(text: str) -> list[str]:
    """The normalised text's lines."""
    return normalise(text).split("\n")[:-1]
