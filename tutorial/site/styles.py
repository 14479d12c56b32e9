"""One small style sheet for a built site, in place of several that are mostly about other sites.

A style sheet keeps a page from being drawn until it is there. The theme's have rules for everything
that any site may use: a third of them is never used on ours.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import tinycss2  # type: ignore[import-untyped]
from tinycss2.ast import Node  # type: ignore[import-untyped]

from tutorial.errors import TutorialError

STYLES = Path("assets", "stylesheets")

LINK = re.compile(r'<link rel="stylesheet" href="([^"]*assets/stylesheets/)([^"/]+\.css)">\s*')
CLASSES = re.compile(r'\bclass="([^"]*)"')
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
COLOURING = re.compile(r'data-md-color-(\w+)="([^"]*)"')

# Rules in these hold where something is so; others, such as @font-face, hold no selectors.
CONDITIONAL = {"media", "supports", "layer", "container"}


def merge_styles(site: Path) -> None:
    """Have each page of a built site ask for one style sheet, with what the site's pages use."""
    pages = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
    names = list(dict.fromkeys(name for html in pages.values() for _, name in LINK.findall(html)))
    if not names:
        return
    scripts = [path.read_text("utf-8") for path in (site / "assets").rglob("bundle.*.js")]
    known = known_names(pages.values(), scripts)
    css = without_unused(
        "".join((site / STYLES / name).read_text("utf-8") for name in names), known
    )
    digest = hashlib.sha256(css.encode()).hexdigest()[:8]
    merged = f"all.{digest}.min.css"
    (site / STYLES / merged).write_text(css, "utf-8")
    for path, html in pages.items():
        path.write_text(with_one_link(html, merged), "utf-8")
    for name in names:
        (site / STYLES / name).unlink()
        (site / STYLES / f"{name}.map").unlink(missing_ok=True)


def with_one_link(html: str, name: str) -> str:
    """Return the page with a link to the one style sheet in place of its first, and no other."""
    first = LINK.search(html)
    if not first:
        return html
    before, after = html[: first.start()], html[first.end() :]
    return f'{before}<link rel="stylesheet" href="{first[1]}{name}">\n{LINK.sub("", after)}'


def known_names(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Return every class that a page has or a script may give, and every colouring of a page.

    A script's classes are not told from its other words: what it might use is kept.
    """
    known: set[str] = set()
    for html in pages:
        for classes in set(CLASSES.findall(html)):
            known.update(classes.split())
        known.update(f"{name}={value}" for name, value in set(COLOURING.findall(html)))
    for script in scripts:
        known.update(re.findall(r"[\w-]+", script))
    return known


def without_unused(css: str, known: set[str]) -> str:
    """Return the style sheet without comments, and without what no page can match or ask for.

    A rule that goes may have been the only one to ask for a variable, and so may a variable.
    """
    known = known | set(VARIABLE.findall(css))
    while True:
        rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        css = "".join(kept(rules, known))
        unused = {name for name in known if name.startswith("--")} - set(VARIABLE.findall(css))
        if not unused:
            return css
        known -= unused


def kept(rules: Iterable[Node], known: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            raise TutorialError(f"A style sheet can't be read: {rule.message}.")
        if rule.type == "qualified-rule":
            selectors = [each for each in split(rule.prelude) if can_match(each, known)]
            declared = body(rule, known)
            if selectors and declared:
                prelude = ",".join(tinycss2.serialize(each).strip() for each in selectors)
                yield f"{prelude}{{{declared}}}"
        elif rule.lower_at_keyword in CONDITIONAL and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if content := "".join(kept(inner, known)):
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{content}}}"
        elif rule.lower_at_keyword != "charset":
            yield rule.serialize()


def body(rule: Node, known: set[str]) -> str:
    """Return what a rule declares, without the variables that nothing asks for."""
    declarations = tinycss2.parse_blocks_contents(
        rule.content, skip_comments=True, skip_whitespace=True
    )
    return ";".join(
        f"{each.name}:{tinycss2.serialize(each.value).strip()}{'!important' * each.important}"
        for each in declarations
        if each.type == "declaration" and (not each.name.startswith("--") or each.name in known)
    )


def split(prelude: Iterable[Node]) -> list[list[Node]]:
    """Return the selectors of a rule, parted at their commas."""
    selectors: list[list[Node]] = [[]]
    for node in prelude:
        if node == ",":
            selectors.append([])
        elif node.type != "comment":
            selectors[-1].append(node)
    return selectors


def can_match(selector: list[Node], known: set[str]) -> bool:
    """Whether all the classes and colourings that the selector asks for are known.

    What stands within `:is()` or `:not()` is not asked: it may be one of several.
    """
    for before, node in zip([None, *selector], selector, strict=False):
        if node.type == "ident" and before == "." and node.value not in known:
            return False
        if node.type == "[] block":
            colouring = re.fullmatch(
                r'data-md-color-(\w+)="?([\w-]+)"?', tinycss2.serialize(node.content)
            )
            if colouring and f"{colouring[1]}={colouring[2]}" not in known:
                return False
    return True
