"""The fences of a page as HTML: files, changes and terminals, each to be read and copied with ease.

mkdocs.yml hands every fence to `accept` and `render`. Without them, superfences prints a fence
whose attributes it doesn't know as text.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from typing import Any

from pygments.lexer import Lexer
from pymdownx.superfences import SuperFencesException  # type: ignore[import-untyped]

from tutorial.pages.blocks import NEEDS
from tutorial.pages.changes import ADDED, KEPT, REMOVED, Hunk, parse_change
from tutorial.pages.console import CONTINUATION, INTERRUPT, PROMPT, parse_console
from tutorial.site.comparison import comparison_html
from tutorial.site.diagrams import draw
from tutorial.site.highlight import highlighted_lines, lexer_for

ATTRIBUTES = {
    "title",
    "executable",
    "shown",
    "terminal",
    "exit",
    "fails",
    "port",
    "needs",
    "code",  # the site's own: the address of the included file's page,
    "host",  # its address on a code host, and that one's name,
    "on",
    "numbered",  # lines that can be linked to
    "compared",  # a whole file with its changes, which says what happened to it
}

# From here on, a listing would part the prose above it from the prose below.
FOLDED_FROM = 80

# How many characters of a line any phone shows.
PHONE_COLUMNS = 30

TAG = re.compile(r"<[^>]+>")

LINE_TAGS = {KEPT: "span", ADDED: "ins", REMOVED: "del"}


def accept(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, Any], md: Any
) -> bool:
    """Take a fence's attributes as its options; raise on one that nobody knows."""
    for name, value in inputs.items():
        if name not in ATTRIBUTES:
            raise SuperFencesException(f"a {language or 'nameless'} fence has no attribute {name}")
        options[name] = value
    return True


def render(
    source: str, language: str, css_class: str, options: dict[str, str], md: Any, **kwargs: Any
) -> str:
    """Return a fence as a figure: its caption, its code and a note, where it has them."""
    if "compared" in options:
        return comparison_html(source, options["title"], options["compared"])
    if language == "mermaid":
        return f'<figure class="listing-diagram">{draw(source)}</figure>'
    if language == "console":
        body = console_html(source)
    elif language == "diff" and "title" in options:
        body = diff_html(source, options["title"])
    else:
        body = code_html(source, language, options.get("title", ""), "numbered" in options)

    caption = caption_html(language, options)
    if options.get("title") and source.count("\n") >= FOLDED_FROM and "numbered" not in options:
        lines = source.count("\n") + 1
        caption = f"<summary>{caption}<span>{lines} lines</span></summary>"
        body = f'<details class="listing-fold">{caption}{body}</details>'
    elif caption:
        body = f"<figcaption>{caption}</figcaption>{body}"
    if "shown" in options:
        body += f'<p class="listing-note">Shown, not run: {escape(options["shown"])}</p>'

    kind = {"console": "terminal", "diff": "change"}.get(language, "code")
    return f'<figure class="listing listing-{kind} highlight">{body}</figure>'


def caption_html(language: str, options: dict[str, str]) -> str:
    """Return what stands above the code: the file's path or the terminal's name, and marks."""
    parts = []
    if "title" in options:
        path = escape(options["title"])
        if "code" in options:
            path = f'<a href="{escape(options["code"])}">{path}</a>'
        parts.append(f'<span class="listing-path">{path}</span>')
    if "host" in options:
        link = f'<a href="{escape(options["host"])}">on {escape(options["on"])}</a>'
        parts.append(f"<span>{link}</span>")
    if "terminal" in options:
        parts.append(f'<span class="listing-path">Terminal: {escape(options["terminal"])}</span>')
    if language == "diff":
        parts.append("<span>change</span>")
    if "executable" in options:
        parts.append("<span>executable</span>")
    if "exit" in options:
        parts.append(f"<span>exits with {escape(options['exit'])}</span>")
    if "needs" in options:
        need = options["needs"]
        parts.append(f"<span>needs {escape(NEEDS.get(need, need))}</span>")
    return "".join(parts)


def code_html(source: str, language: str, path: str, numbered: bool = False) -> str:
    """Return code in its language's colours; numbered lines are anchors, `L1` and on."""
    source = source.rstrip("\n")  # an included file brings the end of its last line
    if not source:
        return '<p class="listing-note">This file is empty.</p>'
    lines = highlighted_lines(source, lexer_for(language, path))
    if numbered:
        rows = "".join(numbered_line(number, line) for number, line in enumerate(lines, 1))
        return block_html(rows, source, path or "the code", is_drawn_late=False)
    rows = "".join(f"{line}\n" for line in lines)
    return block_html(rows, source, path or "the code")


def numbered_line(number: int, html: str) -> str:
    """Return a line with its anchor; the number is drawn by the style sheet, so never copied."""
    link = (
        f'<a href="#L{number}" tabindex="-1" aria-label="Line {number}" data-line="{number}"></a>'
    )
    return f'<span class="line" id="L{number}">{link}{html}\n</span>'


def diff_html(source: str, path: str) -> str:
    """Return a change in the file's colours; each hunk copies as the text that it leads to."""
    lexer = lexer_for(path=path)
    parts = []
    for hunk in parse_change(source.split("\n")):
        rows = "".join(
            f'<{LINE_TAGS[mark]} class="line">{line}\n</{LINE_TAGS[mark]}>'
            for mark, line in highlighted_hunk(hunk, lexer)
        )
        parts.append(block_html(rows, lines_of(hunk.after), f"the new lines of {path}"))
    return '<div class="listing-gap"></div>'.join(parts)


def highlighted_hunk(hunk: Hunk, lexer: Lexer) -> Iterator[tuple[str, str]]:
    """Yield the hunk's lines as HTML, each with its mark.

    The text before and the text after are coloured apart from one another, since a lexer can't
    make sense of a mixture of the two.
    """
    before = iter(highlighted_lines(lines_of(hunk.before), lexer))
    after = iter(highlighted_lines(lines_of(hunk.after), lexer))
    for mark, _ in hunk.lines:
        if mark == KEPT:
            next(before)
        yield mark, next(before if mark == REMOVED else after)


def console_html(source: str) -> str:
    """Return a terminal's text; its commands are copied, its prompts and output are not."""
    lexer = lexer_for("bash")
    exchanges = parse_console(source.split("\n"))
    rows = []
    for exchange in exchanges:
        prompt = PROMPT
        for line in (
            highlighted_lines(lines_of(exchange.command), lexer) if exchange.command else ()
        ):
            rows.append(f'<span class="prompt" aria-hidden="true">{escape(prompt)}</span>{line}\n')
            prompt = CONTINUATION
        if exchange.interrupt:
            rows.append(f'<span class="prompt">{INTERRUPT}</span>\n')
        rows += [f'<span class="go">{escape(line)}</span>\n' for line in exchange.output]
    commands = lines_of(line for exchange in exchanges for line in exchange.command)
    return block_html("".join(rows), commands, "the commands")


def lines_of(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def block_html(rows: str, copies: str, name: str, is_drawn_late: bool = True) -> str:
    """Return a block of code with its copy button, which gives the text as it is told here.

    Material's own button would give what the screen shows: marks, prompts and output. To leave
    a block undrawn while it is far from the screen, the style sheet needs to know its lines.
    """
    lines = rows.count("\n")
    size = f' style="--lines:{lines}"' if is_drawn_late else ""
    code = f"<pre{size}><code{focus_of(rows)}>{rows}</code></pre>"
    if not copies.strip():
        return code
    label = escape(f"Copy {name}".strip())
    # Without &#10;, a parser may fold an attribute's line breaks into spaces.
    text = escape(copies).replace("\n", "&#10;")
    button = (
        f'<button type="button" class="copy" title="{label}" aria-label="{label}" '
        f'data-clipboard-text="{text}"></button>'
    )
    return f'<div class="listing-block">{button}{code}</div>'


def focus_of(rows: str) -> str:
    """Return the attribute that lets the keyboard scroll a block that a phone can't show whole.

    The theme takes it away, once the block is near the screen, where there is nothing to scroll;
    it would give it only then too.
    """
    widest = max(map(len, unescape(TAG.sub("", rows)).split("\n")))
    return ' tabindex="0"' if widest > PHONE_COLUMNS else ""
