"""The chapters' code as pages of the site, so that a link to code needs no code host.

They are plain Markdown, made before the build: any generator that reads mkdocs.yml can take them.
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from tutorial.site.code_host import CodeHost
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


def code_pages(chapters: list[Snapshot], host: CodeHost | None = None) -> Pages:
    """Return what the code section holds, by path in the docs: pages, and the files as they are."""
    pages: Pages = {PurePosixPath("code/index.md"): overview(chapters)}
    previous = None
    for chapter in chapters:
        if not chapter.files:
            continue
        pages[chapter.code / "index.md"] = tree_page(chapter, previous, host)
        for file in chapter.files:
            pages[raw_path(chapter, file)] = file.data
            pages[page_path(chapter, file)] = file_page(chapter, file, host)
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
    return f"[with the one before](../changes/{chapter.name}/index.md)"


def tree_page(chapter: Snapshot, previous: Snapshot | None, host: CodeHost | None) -> str:
    """Return the page of a whole snapshot: its files as a tree."""
    lines = sum(file.lines for file in chapter.files)
    front = FRONT.format(
        title=f"The code of {chapter.name}",
        description=f"The {len(chapter.files)} files of the chapter {chapter.name}, as a tree.",
    )
    changes = (
        f" [What changed since {previous.name}](../../changes/{chapter.name}/index.md)."
        if previous
        else ""
    )
    on_host = f" [On {host.name}]({host.link(chapter.source)})." if host else ""
    return (
        f"{front}\n[The code](../index.md) / {chapter.name}\n{{ .crumbs }}\n\n"
        f"# The code of {chapter.name}\n\n"
        f"Where the chapter [{chapter.title}](../../{chapter.page}) ends: "
        f"{len(chapter.files)} files, {lines} lines. "
        f"[All of it as a zip](../../downloads/{chapter.name}.zip).{changes}{on_host}\n\n"
        f'<div class="tree" markdown>\n\n{tree(chapter, PurePosixPath(), sizes=True)}\n\n</div>\n'
    )


def tree(chapter: Snapshot, folder: PurePosixPath, sizes: bool = False) -> str:
    """Return the files as nested lists, linked as seen from a page's folder in the code section."""
    up = "../" * len(folder.parts)
    return drawn(
        (file.path, f"{up}{file.address}.md", count(file.lines, "line") if sizes else "")
        for file in chapter.files
    )


def drawn(files: Iterable[tuple[PurePosixPath, str, str]], anchors: bool = True) -> str:
    """Return a tree as nested lists: for each file its path, its link and what to say of it.

    A folder's path is its anchor, unless there are others on the page.
    """
    items = []
    known: set[PurePosixPath] = set()
    for path, link, note in files:
        for parent in reversed(path.parents[:-1]):
            if parent not in known:
                known.add(parent)
                indent = "    " * (len(parent.parts) - 1)
                name = (
                    f'<span id="{parent}">{parent.name}/</span>' if anchors else f"{parent.name}/"
                )
                items.append(f"{indent}- {name}")
        indent = "    " * (len(path.parts) - 1)
        small = f" <small>{note}</small>" if note else ""
        items.append(f"{indent}- [{literal(path.name)}]({link}){small}")
    return "\n".join(items)


def file_page(chapter: Snapshot, file: SnapshotFile, host: CodeHost | None) -> str:
    """Return the page of one file, with the whole tree beside it."""
    folder = file.path.parent
    up = "../" * len(folder.parts)
    docs = "../../" + up
    raw = f"{docs}{raw_path(chapter, file)}"
    front = FRONT.format(
        title=f"{file.path} in {chapter.name}",
        description=f"The file {file.path} as it stands at the end of the chapter {chapter.name}.",
    )
    on_host = f" · [on {host.name}]({host.link(chapter.source / file.path)})" if host else ""
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
        f"[the chapter]({docs}{chapter.page}){on_host}\n{{ .file-facts }}\n\n"
        f'<div class="code-and-tree" markdown>\n<div class="tree" markdown>\n\n'
        f"{tree(chapter, folder)}\n\n</div>\n<div markdown>\n\n{body}\n\n</div>\n</div>\n"
    )


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
