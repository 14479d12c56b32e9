"""Code as lines of HTML, in the colours of its language."""

from html import escape

from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound


def lexer_for(language: str = "", path: str = "") -> Lexer:
    """Return the lexer of a language or, where none is told, of the file at a path."""
    try:
        if language:
            return get_lexer_by_name(language, stripnl=False, ensurenl=False)
        return get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)


def highlighted_lines(code: str, lexer: Lexer) -> list[str]:
    """Return the lines of the code as HTML; a token never spans two of them."""
    lines = code.split("\n")
    html = highlight(code + "\n", lexer, HtmlFormatter(nowrap=True)).removesuffix("\n").split("\n")
    # A lexer that drops or adds a line would shift all that is marked by line.
    return html if len(html) == len(lines) else [escape(line) for line in lines]
