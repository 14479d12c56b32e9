"""What the site adds to a page: a description, what was verified, and the ways on from here."""

import json
import re
from pathlib import PurePosixPath

from mkdocs.utils.meta import get_data

from tutorial.site.change_pages import counts
from tutorial.site.code_host import CodeHost
from tutorial.site.downloads import zip_path
from tutorial.site.snapshot import Snapshot
from tutorial.site.steps import Step

VERIFIED = re.compile(r"^<!-- verified -->$", re.MULTILINE)

# The opening line of a fence that has a title and includes a file, and the line that does.
INCLUDE = re.compile(
    r'^( *(?:`{3,}|~{3,})\S+ [^\n]*title="[^\n]*?)(\n *--8<-- "(src/[^"\n]+)")$', re.MULTILINE
)

# Search engines cut a description off about here.
DESCRIPTION = 155


def with_description(markdown: str) -> str:
    """Return the page with a description in its front matter: its own, or its first sentences."""
    text, meta = get_data(markdown)
    found = description(text)
    if "description" in meta or not found:
        return markdown
    line = f"description: {json.dumps(found, ensure_ascii=False)}"  # JSON is YAML, well quoted
    if meta:
        return markdown.replace("---\n", f"---\n{line}\n", 1)
    return f"---\n{line}\n---\n{markdown}"


def description(markdown: str) -> str:
    """Return the text of the first paragraph, up to where a description ends."""
    for block in re.split(r"\n{2,}", markdown):
        if re.match(r"[A-Z`*\[]", block):
            break
    else:
        return ""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", block)
    text = " ".join(re.sub(r"[`*_]{1,2}(\S(?:.*?\S)?)[`*_]{1,2}", r"\1", text).split())
    if len(text) <= DESCRIPTION:
        return text
    return text[: text.rfind(" ", 0, DESCRIPTION)].rstrip(",;:") + " …"


def with_ways_on(
    markdown: str,
    chapter: Snapshot,
    following: Snapshot | None,
    exercises: PurePosixPath | None = None,
) -> str:
    """Return the chapter's page with links at its end: exercises, code, tests, the next page."""
    links = []
    if exercises:
        links.append(f"- **Try it yourself:** [the exercises to this chapter]({exercises})")
    if chapter.files:
        tree = chapter.code / "index.md"
        links.append(
            f"- **The code of this chapter:** [{chapter.name}]({tree}), "
            f"[as a zip]({zip_path(chapter.name)})"
        )
        tests = [file for file in chapter.files if file.path.parts[0] == "tests"]
        if tests:
            links.append(f"- **Its tests:** [tests/]({tree}#tests)")
    if following:
        links.append(f"- **The next chapter:** [{following.title}]({following.page})")
    if not links:
        return markdown
    block = "\n".join(links)
    return f'{markdown.rstrip()}\n\n<div class="ways-on" markdown>\n\n{block}\n\n</div>\n'


def with_step_changes(markdown: str, steps: list[Step]) -> str:
    """Return the chapter's page with a line at the end of each step: what changed, and the code.

    The page must be as it was verified, since steps are found by their lines.
    """
    lines = markdown.split("\n")
    ends = [*(step.line - 1 for step in steps[1:]), len(lines)]
    for step, end in reversed(list(zip(steps, ends, strict=False))):
        if step.has_blocks:
            lines[end:end] = ["", changes_line(step, steps), "{ .step-changes }", ""]
    return "\n".join(lines)


def changes_line(step: Step, steps: list[Step]) -> str:
    """Return what a step changed, with the ways to that, to the code after it and to its zip."""
    if step.patches:
        parts = [
            f"This step changes [{counts(step.patches)}]({step.page})",
            f"[the code after it]({step.page}#the-code)",
        ]
    else:
        parts = ["This step changes no file"]
        last = [each for each in steps if each.patches and each.number < step.number][-1:]
        parts += [f"[the code]({each.page}#the-code)" for each in last]
    return " · ".join([*parts, f"[zip]({zip_path(step.folder)})"])


def with_sources(markdown: str, chapters: list[Snapshot], host: CodeHost | None) -> str:
    """Return the page with a link at each file that is included: to its page, and to the host."""
    pages = {
        str(chapter.source / file.path): chapter.code / file.address
        for chapter in chapters
        for file in chapter.files
    }

    def linked(include: re.Match[str]) -> str:
        fence, line, source = include.groups()
        if source not in pages:
            return include[0]
        more = f' code="../{pages[source]}/"'
        if host:
            more += f' host="{host.link(PurePosixPath(source))}" on="{host.name}"'
        return f"{fence}{more}{line}"

    return INCLUDE.sub(linked, markdown)


def with_verified(markdown: str, verified: str) -> str:
    """Return the page with the sentence in place of its marker."""
    return VERIFIED.sub(lambda _: f"{verified}\n{{ .verified }}", markdown)
