"""Code as lines of HTML, in the colours of its language."""

import functools
from html import escape

from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

FORMATTER = HtmlFormatter(nowrap=True)


@functools.cache
def lexer_for(language: str = "", path: str = "") -> Lexer:
    """Return the lexer of a language or, where none is told, of the file at a path."""
    try:
        if language:
            return get_lexer_by_name(language, stripnl=False, ensurenl=False)
        return get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)


# A server builds the site again and again, and most of its code stays.
@functools.lru_cache(maxsize=4096)
def highlighted_lines(code: str, lexer: Lexer) -> tuple[str, ...]:
    """Return the lines of the code as HTML; a token never spans two of them."""
    lines = code.split("\n")
    html = highlight(code + "\n", lexer, FORMATTER).removesuffix("\n").split("\n")
    # A lexer that drops or adds a line would shift all that is marked by line.
    return tuple(html) if len(html) == len(lines) else tuple(escape(line) for line in lines)
