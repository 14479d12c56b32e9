"""What changes, as pages of the site: from chapter to chapter, and with each step."""

import posixpath
from collections.abc import Iterable, Mapping
from difflib import unified_diff
from pathlib import PurePosixPath

from tutorial.patch import FilePatch, patches, text_of
from tutorial.proof.tree import LINE, Tree
from tutorial.site.code_pages import Pages, count, drawn, fence, language, literal, page_path
from tutorial.site.downloads import zip_path
from tutorial.site.snapshot import Snapshot, address_of, place
from tutorial.site.steps import UNKNOWN, Step

OVERVIEW = PurePosixPath("changes", "index.md")

# Only these pages need them: the others' style sheet goes without.
STYLE = PurePosixPath("assets", "changes", "changes.css")
SCRIPT = PurePosixPath("assets", "changes", "changes.js")

# Wide, for two columns of code; and what the code's own pages hold need not be found twice.
FRONT = """\
---
title: {title}
description: {description}
hide: [navigation, toc]
search:
  exclude: true
---
"""

# More lines than a file has: a comparison has the whole file, and folds what stays.
ALL = 1_000_000


class Versions:
    """Every version of the files of a chapter, and its page in the docs."""

    def __init__(self, chapters: Iterable[Snapshot]) -> None:
        self.known = {
            (str(file.path), file.data): page_path(chapter, file)
            for chapter in chapters
            for file in chapter.files
        }

    def add(self, step: Step) -> Pages:
        """Return the pages of the versions that the step is the first to have."""
        pages: Pages = {}
        for path, file in step.after.items():
            if (path, file.content) not in self.known:
                page = step.page.with_suffix("") / f"{address_of(PurePosixPath(path))}.md"
                self.known[path, file.content] = page
                pages[page] = version_page(page, step, path, text_of(file))
        return pages

    def page(self, tree: Tree, path: str) -> PurePosixPath:
        """Return the page of a file as it is in the tree."""
        return self.known[path, tree[path].content]


def change_pages(chapters: list[Snapshot], steps: Mapping[str, list[Step]]) -> Pages:
    """Return the pages of what changes, by path in the docs."""
    pages: Pages = {OVERVIEW: overview(chapters, steps)}
    previous = None
    for chapter in chapters:
        if previous and chapter.files:
            pages[comparison_path(chapter)] = chapter_comparison(previous, chapter)
        versions = Versions([each for each in (previous, chapter) if each])
        changing = [step for step in steps[chapter.name] if step.patches]
        for earlier, step, later in zip(
            [None, *changing], changing, [*changing[1:], None], strict=False
        ):
            pages |= versions.add(step)
            pages[step.page] = step_page(step, versions, earlier, later)
        previous = chapter if chapter.files else previous
    return pages


def comparison_path(chapter: Snapshot) -> PurePosixPath:
    """Return the page of all that changes from the chapter before, in the docs."""
    return PurePosixPath("changes", chapter.name, "index.md")


def overview(chapters: list[Snapshot], steps: Mapping[str, list[Step]]) -> str:
    """Return the page that leads to every change and every zip."""
    sections = []
    previous = None
    for chapter in chapters:
        ways = []
        if chapter.files:
            if previous:
                compared = patches(previous.tree, chapter.tree)
                page = link(OVERVIEW, comparison_path(chapter))
                ways.append(f"[all that it changes: {counts(compared)}]({page})")
            ways.append(f"[its code]({link(OVERVIEW, chapter.code / 'index.md')})")
            ways.append(f"[zip]({link(OVERVIEW, zip_path(chapter.name))})")
            previous = chapter
        sections += [
            f"## [{chapter.title}]({link(OVERVIEW, chapter.page)})",
            f"The whole chapter: {' · '.join(ways)}" if ways else "",
            steps_table(steps[chapter.name]) if steps[chapter.name] else UNKNOWN,
        ]
    text = "\n\n".join(filter(None, sections))
    return f"""\
---
title: Changes and downloads
description: What each step of the tutorial changes, and the code after it as a zip.
---

# Changes and downloads

What each chapter changes, and each step of it. A zip opens into one folder; its `README.md` says
how to run what is in it.

{text}
"""


def steps_table(steps: list[Step]) -> str:
    """Return a chapter's steps as rows: what each changes, and the code after it."""
    rows = [
        f"| {step.number} | [{step.title}]({link(OVERVIEW, step.chapter.page)}#{step.anchor}) "
        f"| {changes_link(step)} | [zip]({link(OVERVIEW, zip_path(step.folder))}) |"
        for step in steps
        if step.has_blocks
    ]
    return "\n".join(["| number | step | changes | code |", "|--:|---|---|---|", *rows])


def changes_link(step: Step) -> str:
    if not step.patches:
        return "nothing"
    return f"[{counts(step.patches)}]({link(OVERVIEW, step.page)})"


def chapter_comparison(before: Snapshot, after: Snapshot) -> str:
    """Return the page of all that changes between two chapters, file by file."""
    page = comparison_path(after)
    found = patches(before.tree, after.tree)
    front = FRONT.format(
        title=f"What changes from {before.name} to {after.name}",
        description=f"The difference between {before.name} and {after.name}, file by file.",
    )
    return (
        f"{front}\n{crumbs(page, after.name)}"
        f"# From {before.name} to {after.name}\n\n"
        f"{counts(found)}. The chapter [{after.title}]({link(page, after.page)}) explains why. · "
        f"[the code]({link(page, after.code / 'index.md')}) · "
        f"[zip]({link(page, zip_path(after.name))})\n{{ .file-facts }}\n\n"
        f"{comparisons(page, found)}"
    )


def step_page(step: Step, versions: Versions, earlier: Step | None, later: Step | None) -> str:
    """Return the page of what a step changes, and of the code after it."""
    page, chapter = step.page, step.chapter
    front = FRONT.format(
        title=f"What step {step.number} of {chapter.name} changes",
        description=f"What step {step.number} of the chapter {chapter.name} changes, "
        "and the code after it.",
    )
    around = []
    if earlier:
        around.append(f"[before it: step {earlier.number}]({link(page, earlier.page)})")
    if later:
        around.append(f"[after it: step {later.number}]({link(page, later.page)})")
    paths = sorted(step.after, key=lambda path: place(PurePosixPath(path)))
    now = {patch.path: patch.what for patch in step.patches}
    files = (
        (PurePosixPath(path), link(page, versions.page(step.after, path)), now.get(path, ""))
        for path in paths
    )
    facts = [
        f"Step {step.number} of {step.count} of "
        f"[{chapter.title}]({link(page, chapter.page)}#{step.anchor})",
        counts(step.patches),
        *around,
    ]
    return (
        f"{front}\n{crumbs(page, chapter.name, f'step {step.number}')}"
        f"# {step.title}\n\n{' · '.join(facts)}\n{{ .file-facts }}\n\n"
        f"{comparisons(page, step.patches)}"
        f"## The code after this step {{ #the-code }}\n\n"
        f'<div class="tree" markdown>\n\n{drawn(files, anchors=False)}\n\n</div>\n\n'
        f"[All of it as a zip]({link(page, zip_path(step.folder))})\n{{ .file-facts }}\n"
    )


def version_page(page: PurePosixPath, step: Step, path: str, text: str | None) -> str:
    """Return the page of a file as it is after a step."""
    front = FRONT.format(
        title=f"{path} after step {step.number} of {step.chapter.name}",
        description=f"The file {path} as it is after step {step.number} of {step.chapter.name}.",
    )
    numbered = fence(text, language(PurePosixPath(path)), "numbered") if text is not None else ""
    return (
        f"{front}\n{crumbs(page, step.chapter.name, f'step {step.number}', path)}"
        f"# {literal(path)}\n\n"
        f"As it is after step {step.number}, [{step.title}]({link(page, step.page)})\n"
        f"{{ .file-facts }}\n\n{numbered or 'A file that is no text.'}\n"
    )


def crumbs(page: PurePosixPath, *names: str) -> str:
    return f"[Changes]({link(page, OVERVIEW)}) / {' / '.join(names)}\n{{ .crumbs }}\n\n"


def comparisons(page: PurePosixPath, found: list[FilePatch]) -> str:
    """Return the files that differ, each whole, with what shows them well."""
    up = "../" * (len(page.parts) - (page.name == "index.md"))
    return (
        f'<link rel="stylesheet" href="{up}{STYLE}">\n'
        f'<script src="{up}{SCRIPT}" defer></script>\n\n'
        + "".join(f"{comparison(patch)}\n\n" for patch in found)
    )


def comparison(patch: FilePatch) -> str:
    """Return a file's lines, each with its mark, in a fence that is shown as a comparison."""
    before, after = text_of(patch.before), text_of(patch.after)
    source = ""
    if before is not None and after is not None:
        lines = list(unified_diff(LINE.findall(before), LINE.findall(after), n=ALL))[3:]
        source = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
    return fence(source, "diff", f'compared="{patch.what}" title="{patch.path}"')


def counts(found: list[FilePatch]) -> str:
    """Return how many files change, and how many lines come and go."""
    added = sum(patch.added for patch in found)
    removed = sum(patch.removed for patch in found)
    return f"{count(len(found), 'file')}, +{added}\u00a0−{removed}"  # noqa: RUF001


def link(page: PurePosixPath, target: PurePosixPath) -> str:
    """Return the way from one page to another, as Markdown in the docs writes it."""
    return posixpath.relpath(target, page.parent)
