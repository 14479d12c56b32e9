"""`tutorial diff`: what changes from one chapter to another."""

from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from tutorial.chapters import Chapter, find_chapter
from tutorial.console import make_console
from tutorial.errors import TutorialError
from tutorial.patch import FilePatch, patches
from tutorial.proof.tree import read_tree
from tutorial.repository import ROOT

STYLES = {"+": "green", "-": "red", "@": "cyan", "\\": "dim"}


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A chapter, as 2, 02 or 02-todo-api.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The chapter to compare it with.")],
) -> None:
    """Show what changes from chapter A to chapter B, file by file.

    In a terminal it is coloured; into a file or a pipe it is a patch that `git apply` takes.

    The exit status is 0 whether or not they differ, 2 if the command was misused.
    """
    one, other = find(before), find(after)
    found = patches(read_tree(one.folder), read_tree(other.folder))
    console = make_console()
    if console.is_terminal:
        show(console, found)
        console.print(Text(summary(one, other, found), "bold"), soft_wrap=True)
    else:
        # Not through the console: it would turn tabs into spaces, and the patch would not apply.
        typer.echo(plain(one, other, found))


def find(asked: str) -> Chapter:
    """The chapter that is asked for; misuse if there is none."""
    try:
        return find_chapter(asked, ROOT)
    except TutorialError as error:
        raise typer.BadParameter(str(error)) from None


def show(console: Console, found: list[FilePatch]) -> None:
    """Each file with what is added and removed, in colours."""
    for patch in found:
        heading = Text.assemble((patch.path, "bold"), "  ", counts(patch))
        console.print(heading, soft_wrap=True)
        if not patch.is_text:
            console.print("not text: nothing to show")
        for line in patch.hunks:
            console.print(Text(line, STYLES.get(line[0], "")), soft_wrap=True)
        console.print()


def counts(patch: FilePatch) -> Text:
    """What happens to a file, and how many lines come and go, as in `changed, +12 -3`."""
    text = Text(f"{patch.what}, ")
    text.append(f"+{patch.added}", "green").append(" ").append(f"-{patch.removed}", "red")
    return text


def plain(one: Chapter, other: Chapter, found: list[FilePatch]) -> str:
    """The summary, each file's counts, and a patch: git skips what stands above the patch."""
    lines = [summary(one, other, found)]
    lines += [f"  {patch.path}  {counts(patch)}" for patch in found]
    for patch in found:
        lines += ["", *patch.git_lines()] if patch is found[0] else patch.git_lines()
    return "\n".join(lines)


def summary(one: Chapter, other: Chapter, found: list[FilePatch]) -> str:
    """All of it in a line."""
    ways = f"{one.name} to {other.name}"
    if not found:
        return f"{ways}: nothing changes."
    kinds = Counter(patch.what for patch in found)
    files = ", ".join(f"{n} {what}" for what, n in sorted(kinds.items()))
    added = sum(patch.added for patch in found)
    removed = sum(patch.removed for patch in found)
    noun = "file" if len(found) == 1 else "files"
    return f"{ways}: {len(found)} {noun} ({files}), +{added} -{removed} lines."
