"""Code as lines of HTML, in the colours of its language."""

import functools
from collections.abc import Iterable, Iterator
from html import escape

import pygments
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.token import (
    Comment,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Token,
    _TokenType,
)
from pygments.util import ClassNotFound

FORMATTER = HtmlFormatter(nowrap=True)

# Kinds of tokens that the style sheet shows alike, as one kind; what has the colour of the code
# itself, as plain text. A kind that isn't here is shown as the one that it belongs to. It makes
# three elements of five needless, and elements are what a long page costs its reader's phone.
INKS = {
    Token: Text,
    Comment: Comment,
    Comment.Preproc: String.Escape,
    Comment.PreprocFile: String,
    Generic: Generic.Output,
    Generic.Deleted: Generic.Deleted,
    Generic.Inserted: Generic.Inserted,
    Keyword: Keyword,
    Keyword.Constant: Text,
    Literal: String,
    Name: Text,
    Name.Builtin: Name.Builtin,
    Name.Class: Name.Function,
    Name.Constant: Name.Builtin,
    Name.Decorator: Keyword,
    Name.Entity: Keyword,
    Name.Exception: Name.Function,
    Name.Function: Name.Function,
    Name.Function.Magic: Text,
    Name.Label: Keyword,
    Name.Namespace: Name.Function,
    Name.Tag: Keyword,
    Number: Number,
    Operator: Operator,
    Punctuation: Operator,
    String: String,
    String.Affix: Text,
    String.Delimiter: Text,
    String.Doc: Comment,
    String.Escape: String.Escape,
    String.Heredoc: String.Escape,
    String.Other: String.Escape,
    String.Regex: String.Escape,
}


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
    tokens = inked(lexer.get_tokens(code + "\n"))
    html = pygments.format(tokens, FORMATTER).removesuffix("\n").split("\n")
    # A lexer that drops or adds a line would shift all that is marked by line.
    return tuple(html) if len(html) == len(lines) else tuple(escape(line) for line in lines)


def inked(tokens: Iterable[tuple[_TokenType, str]]) -> Iterator[tuple[_TokenType, str]]:
    """Yield the tokens by their inks; the formatter joins neighbours that have the same one.

    A space is seen in no ink: within a line, it takes the one before it.
    """
    last = Text
    for kind, text in tokens:
        if not text.isspace():
            last = ink(kind)
        yield last, text
        if text.endswith("\n"):
            last = Text


@functools.cache
def ink(kind: _TokenType) -> _TokenType:
    """Return the kind of token that stands for this kind."""
    return next(INKS[each] for each in reversed(kind.split()) if each in INKS)
