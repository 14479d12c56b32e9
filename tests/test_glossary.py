"""The glossary: words that the chapters use, each with a link to where it is explained."""

import re
from dataclasses import dataclass
from itertools import pairwise

import pytest

from tutorial.pages.page import Page, parse_page
from tutorial.proof.claim import chapter_claims
from tutorial.repository import ROOT

GLOSSARY = (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8")
ENTRY = re.compile(r"^## (.+)\n\n((?:.+\n)+)\[Chapter (\d)\]\(\.\./(.+?)\.md#(.+?)\)$", re.M)
LONGEST = 200
CODE = re.compile(r"^ *```.*?^ *```$", re.M | re.S)


@dataclass(frozen=True)
class Section:
    """A chapter's text below one heading, without its blocks."""

    chapter: str
    anchor: str
    text: str

    def explains(self, word: str) -> bool:
        """Whether the word is introduced here: in italics or bold, by itself."""
        return re.search(rf"\*{re.escape(word)}s?\*", self.text, re.I) is not None

    def uses(self, word: str) -> bool:
        """Whether the word is used here."""
        return re.search(rf"\b{re.escape(word)}s?\b", self.text, re.I) is not None


def sections_of(chapter: str, page: Page) -> list[Section]:
    lines = page.text.split("\n")
    ends = [step.line - 1 for step in page.steps[1:]] + [len(lines)]
    return [
        Section(chapter, step.anchor, CODE.sub("", "\n".join(lines[step.line : end])))
        for step, end in zip(page.steps, ends, strict=True)
    ]


SECTIONS = [
    section
    for claim in chapter_claims(ROOT)
    for section in sections_of(claim.name, parse_page(claim.page, claim.text()))
]
ENTRIES = ENTRY.findall(GLOSSARY)


def test_each_word_has_an_entry_that_can_be_read() -> None:
    words = [word for word, *_ in ENTRIES]
    assert words == re.findall("^## (.+)$", GLOSSARY, re.M)
    assert len(words) >= 30


def test_the_words_are_in_order() -> None:
    words = [word.casefold() for word, *_ in ENTRIES]
    assert [pair for pair in pairwise(words) if pair[0] >= pair[1]] == []


@pytest.mark.parametrize(
    ("word", "text", "number", "chapter", "anchor"), [pytest.param(*e, id=e[0]) for e in ENTRIES]
)
def test_a_word_leads_to_where_it_is_explained(
    word: str, text: str, number: str, chapter: str, anchor: str
) -> None:
    assert int(chapter[:2]) == int(number)
    explaining = [section for section in SECTIONS if section.explains(word)][:1]
    using = [section for section in SECTIONS if section.uses(word)]
    places = [(section.chapter, section.anchor) for section in explaining or using]
    assert (chapter, anchor) in places
    assert len(text.replace("\n", " ")) <= LONGEST
    assert text.rstrip().endswith(".")
