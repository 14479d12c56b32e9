"""What doesn't matter in a reader's file. Pure: the page's bytes and the reader's in, words out."""

import ast
import functools
import warnings
from difflib import unified_diff
from fnmatch import fnmatch

# Names of files and folders that are looked at by nobody: what tools leave, and README.md, which
# no page makes.
IGNORED = (
    *(".venv", "venv", "env", "__pycache__", "*.pyc", "*.egg-info", ".tox", "node_modules"),
    *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".coverage", ".hypothesis"),
    *("*.db", "*.db-*", "*.sqlite", "*.sqlite3", ".env"),
    *(".git", ".gitignore", ".gitattributes", ".hg"),
    *(".vscode", ".idea", "*.code-workspace", "*.swp", "*.swo", "*~", "#*#", ".#*", "*.iml"),
    *(".DS_Store", "._*", "Thumbs.db", "desktop.ini"),
    "README.md",
)

MARK = "a byte order mark"
ENDS = "Windows line ends"
FINAL = "the line end at the end of the file"
SPACE = "white space at the ends of lines"
PYTHON = "comments and formatting, which Python doesn't see"


def is_ignored(name: str) -> bool:
    """Whether a file or folder of this name is looked at by nobody."""
    return any(fnmatch(name, pattern) for pattern in IGNORED)


def forgiven(path: str, expected: bytes, found: bytes) -> list[str] | None:
    """What has to be forgiven for the two to be one; None if that isn't possible."""
    if expected == found:
        return []
    before, after = decoded(expected), decoded(found)
    if before is None or after is None:
        return None
    words = outer_differences(expected, found)
    one, other = structure(path, before), structure(path, after)
    if one is not None and other is not None:
        # Python is the judge of its own files: white space within a string matters.
        if one != other:
            return None
        return words if plain(before) == plain(after) else [*words, PYTHON]
    return words if plain(before) == plain(after) else None


def outer_differences(expected: bytes, found: bytes) -> list[str]:
    """What differs apart from the lines' own text, each by its name."""
    before, after = decoded(expected) or "", decoded(found) or ""
    words = []
    if expected.startswith(b"\xef\xbb\xbf") != found.startswith(b"\xef\xbb\xbf"):
        words.append(MARK)
    if b"\r" in found and b"\r" not in expected:
        words.append(ENDS)
    if ending(before) != ending(after):
        words.append(FINAL)
    if has_trailing_space(after) != has_trailing_space(before):
        words.append(SPACE)
    return words


def decoded(content: bytes) -> str | None:
    """The text with newlines as its only line ends and without a byte order mark."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def ending(text: str) -> int:
    """How many newlines the text ends with, whatever white space is between them."""
    return text[len(text.rstrip()) :].count("\n")


def has_trailing_space(text: str) -> bool:
    """Whether a line ends in white space."""
    return any(line != line.rstrip() for line in text.split("\n"))


def plain(text: str) -> list[str]:
    """The text's lines without white space at their ends, and without empty ones at its end."""
    return [line.rstrip() for line in text.rstrip().split("\n")]


@functools.cache
def parsed(text: str) -> ast.Module | str:
    """The Python, or a few words on why it isn't any."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error)


@functools.cache
def structure(path: str, text: str) -> str | None:
    """What Python sees of a file; None if it sees nothing."""
    tree = parsed(text) if path.endswith(".py") else ""
    return ast.dump(tree) if isinstance(tree, ast.Module) else None


def both_seen(path: str, before: str, after: str) -> bool:
    """Whether both are Python that Python can read."""
    return structure(path, before) is not None and structure(path, after) is not None


@functools.cache
def essence(python: str) -> tuple[str, ...]:
    """What Python sees, in one way of writing it."""
    tree = parsed(python)
    return tuple(ast.unparse(tree).split("\n")) if isinstance(tree, ast.Module) else ()


@functools.cache
def distance(path: str, expected: bytes, found: bytes) -> int:
    """In how many lines that matter the two differ."""
    if forgiven(path, expected, found) is not None:
        return 0
    before, after = decoded(expected), decoded(found)
    if before is None or after is None:
        return 1  # how far can't be told, and it is one oversight
    lines = difference(plain(before), plain(after), 0)
    if both_seen(path, before, after):
        lines = difference(essence(before), essence(after), 0)
    return max(1, sum(not line.startswith("@") for line in lines))


def small_diff(path: str, expected: bytes, found: bytes) -> list[str]:
    """The lines that differ, from the page's (-) to the reader's (+), each with its neighbours.

    Where a Python file is formatted in another way throughout, both are shown as Python sees them.
    """
    before, after = decoded(expected), decoded(found)
    if before is None or after is None:
        return []
    lines = difference(plain(before), plain(after), 2)
    if both_seen(path, before, after):
        seen = difference(essence(before), essence(after), 2)
        if 2 * len(seen) < len(lines):
            return ["(without comments and formatting)", *seen]
    return lines


def difference(
    before: list[str] | tuple[str, ...], after: list[str] | tuple[str, ...], near: int
) -> list[str]:
    """A unified diff without its header."""
    return list(unified_diff(before, after, n=near, lineterm=""))[2:]


def complaint(path: str, content: bytes) -> str:
    """Why a file can't be read as what it is, in a sentence; empty if it can."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "It is saved as UTF-16: save it as UTF-8."
    text = decoded(content)
    if text is None:
        return "It isn't saved as UTF-8: your editor can do that."
    if path.endswith(".py") and isinstance(reason := parsed(text), str):
        plus = any(line.startswith("+") for line in text.split("\n"))
        hint = " A + on the page marks a line as new, and is no part of it." if plus else ""
        return f"Python can't read it: {reason}.{hint}"
    return ""
