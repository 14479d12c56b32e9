"""What the site adds to a page: a description, what was verified, and the ways on from here."""

import json
import re

from mkdocs.utils.meta import get_data

from tutorial.site.snapshot import Snapshot

VERIFIED = re.compile(r"^<!-- verified -->$", re.MULTILINE)

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


def with_ways_on(markdown: str, chapter: Snapshot, following: Snapshot | None) -> str:
    """Return the chapter's page with links to its code, its tests and the next page at its end."""
    links = []
    if chapter.files:
        tree = chapter.code / "index.md"
        links.append(f"- **The code of this chapter:** [{chapter.name}]({tree})")
        tests = [file for file in chapter.files if file.path.parts[0] == "tests"]
        if tests:
            links.append(f"- **Its tests:** [tests/]({tree}#tests)")
    if following:
        links.append(f"- **The next chapter:** [{following.title}]({following.page})")
    if not links:
        return markdown
    block = "\n".join(links)
    return f'{markdown.rstrip()}\n\n<div class="ways-on" markdown>\n\n{block}\n\n</div>\n'


def with_verified(markdown: str, verified: str) -> str:
    """Return the page with the sentence in place of its marker."""
    return VERIFIED.sub(lambda _: f"{verified}\n{{ .verified }}", markdown)
