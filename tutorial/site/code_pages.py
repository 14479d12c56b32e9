"""The chapters' code as pages of the site, so that a link to code needs no code host.

They are plain Markdown, made before the build: any generator that reads mkdocs.yml can take them.
"""

import difflib
import re
from pathlib import PurePosixPath

from tutorial.site.snapshot import Snapshot, SnapshotFile

Pages = dict[PurePosixPath, str | bytes]

FRONT = """\
---
title: {title}
description: {description}
hide: [toc]
search:
  boost: 0.5
---
"""


def code_pages(chapters: list[Snapshot]) -> Pages:
    """Return what the code section holds, by path in the docs: pages, and the files as they are."""
    pages: Pages = {PurePosixPath("code/index.md"): overview(chapters)}
    previous = None
    for chapter in chapters:
        if not chapter.files:
            continue
        pages[chapter.code / "index.md"] = tree_page(chapter, previous)
        if previous:
            pages[chapter.code / "changes.md"] = changes_page(previous, chapter)
        for file in chapter.files:
            pages[raw_path(chapter, file)] = file.data
            pages[page_path(chapter, file)] = file_page(chapter, file)
        previous = chapter
    return pages


def page_path(chapter: Snapshot, file: SnapshotFile) -> PurePosixPath:
    """Return where the file's page is, in the docs."""
    return chapter.code / f"{file.address}.md"


def raw_path(chapter: Snapshot, file: SnapshotFile) -> PurePosixPath:
    """Return where the file itself is; as .txt, browsers show it instead of saving it."""
    suffix = ".txt" if file.text is not None else ""
    return PurePosixPath("raw", chapter.name, f"{file.address}{suffix}")


def overview(chapters: list[Snapshot]) -> str:
    rows = [
        f"| [{chapter.title}](../{chapter.page}) | [{chapter.name}]({chapter.name}/index.md) "
        f"| {len(chapter.files)} | {sum(file.lines for file in chapter.files)} "
        f"| {changes_link(chapters, chapter)} |"
        for chapter in chapters
        if chapter.files
    ]
    return "\n".join(
        [
            "---",
            "title: The code",
            "description: The code of every chapter of API Star from scratch, file by file.",
            "---",
            "# The code",
            "",
            "Each chapter ends with a program that runs. Here they are, file by file.",
            "",
            "| chapter | snapshot | files | lines | compared |",
            "|---|---|--:|--:|---|",
            *rows,
            "",
        ]
    )


def changes_link(chapters: list[Snapshot], chapter: Snapshot) -> str:
    if chapter is next((each for each in chapters if each.files), None):
        return ""
    return f"[with the one before]({chapter.name}/changes.md)"


def tree_page(chapter: Snapshot, previous: Snapshot | None) -> str:
    """Return the page of a whole snapshot: its files as a tree."""
    lines = sum(file.lines for file in chapter.files)
    front = FRONT.format(
        title=f"The code of {chapter.name}",
        description=f"The {len(chapter.files)} files of the chapter {chapter.name}, as a tree.",
    )
    changes = f" [What changed since {previous.name}](changes.md)." if previous else ""
    return (
        f"{front}\n[The code](../index.md) / {chapter.name}\n{{ .crumbs }}\n\n"
        f"# The code of {chapter.name}\n\n"
        f"Where the chapter [{chapter.title}](../../{chapter.page}) ends: "
        f"{len(chapter.files)} files, {lines} lines.{changes}\n\n"
        f'<div class="tree" markdown>\n\n{tree(chapter, PurePosixPath(), sizes=True)}\n\n</div>\n'
    )


def tree(chapter: Snapshot, folder: PurePosixPath, sizes: bool = False) -> str:
    """Return the files as nested lists, linked as seen from a page's folder in the code section."""
    up = "../" * len(folder.parts)
    items = []
    known: set[PurePosixPath] = set()
    for file in chapter.files:
        for parent in reversed(file.path.parents[:-1]):
            if parent not in known:
                known.add(parent)
                indent = "    " * (len(parent.parts) - 1)
                items.append(f'{indent}- <span id="{parent}">{parent.name}/</span>')
        indent = "    " * (len(file.path.parts) - 1)
        size = f" <small>{count(file.lines, 'line')}</small>" if sizes else ""
        items.append(f"{indent}- [{literal(file.path.name)}]({up}{file.address}.md){size}")
    return "\n".join(items)


def file_page(chapter: Snapshot, file: SnapshotFile) -> str:
    """Return the page of one file, with the whole tree beside it."""
    folder = file.path.parent
    up = "../" * len(folder.parts)
    docs = "../../" + up
    raw = f"{docs}{raw_path(chapter, file)}"
    front = FRONT.format(
        title=f"{file.path} in {chapter.name}",
        description=f"The file {file.path} as it stands at the end of the chapter {chapter.name}.",
    )
    text = file.text
    if text is None:
        body = f"[{literal(file.path.name)}]({raw}), {len(file.data)} bytes."
    else:
        body = fence(text, language(file.path), "numbered")
    return (
        f"{front}\n[The code]({up}../index.md) / [{chapter.name}]({up}index.md) / {file.path}\n"
        f"{{ .crumbs }}\n\n"
        f"# {literal(str(file.path))}\n\n"
        f"{count(file.lines, 'line')} · "
        f'[raw]({raw}) · [download]({raw}){{ download="{file.path.name}" }} · '
        f"[the chapter]({docs}{chapter.page})\n{{ .file-facts }}\n\n"
        f'<div class="code-and-tree" markdown>\n<div class="tree" markdown>\n\n'
        f"{tree(chapter, folder)}\n\n</div>\n<div markdown>\n\n{body}\n\n</div>\n</div>\n"
    )


def changes_page(before: Snapshot, after: Snapshot) -> str:
    """Return the page of all that changed between two chapters, file by file."""
    old = {file.path: file for file in before.files}
    new = {file.path: file for file in after.files}
    front = FRONT.replace("hide: [toc]\n", "").format(
        title=f"What changed from {before.name} to {after.name}",
        description=f"The difference between {before.name} and {after.name}, file by file.",
    )
    sections = []
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) and new.get(path) and old[path].data == new[path].data:
            continue
        sections.append(change_section(path, old.get(path), new.get(path)))
    return (
        f"{front}\n[The code](../index.md) / [{after.name}](index.md) / changes\n{{ .crumbs }}\n\n"
        f"# From {before.name} to {after.name}\n\n"
        f"{count(len(sections), 'file')} changed; the chapter "
        f"[{after.title}](../../{after.page}) explains why.\n\n" + "\n\n".join(sections) + "\n"
    )


def change_section(path: PurePosixPath, old: SnapshotFile | None, new: SnapshotFile | None) -> str:
    what = "changed" if old and new else "new" if new else "gone"
    title = f"## {literal(str(path))}"
    before = old.text if old else ""
    after = new.text if new else ""
    if before is None or after is None:
        return f"{title}\n\nA {what} file that is no text."
    diff = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm=""))[2:]
    added = sum(line.startswith("+") for line in diff)
    removed = sum(line.startswith("-") for line in diff)
    facts = f"{what}, +{added} −{removed}"  # noqa: RUF001
    if new and not old:
        body = fence(after, language(path), f'title="{path}"')
    elif diff:
        body = fence("\n".join(diff) + "\n", "diff", f'title="{path}"')
    else:
        body = "Nothing but the end of its last line."
    return f"{title}\n\n{facts}\n{{ .file-facts }}\n\n{body}"


def fence(text: str, language: str, attributes: str) -> str:
    """Return a fence that no line of the text can close."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{language} {attributes}\n{text.removesuffix(chr(10))}\n{ticks}"


def language(path: PurePosixPath) -> str:
    """Return the language that a fence for the file is marked with."""
    named = {"Dockerfile": "docker", "docker-compose.yml": "yaml"}
    by_suffix = {".py": "python", ".md": "markdown", ".yml": "yaml", ".ini": "ini", ".sql": "sql"}
    return named.get(path.name) or by_suffix.get(path.suffix, "text")


def literal(text: str) -> str:
    return f"`{text}`"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
