"""Diagrams: text in a page's source, a picture on the site."""

from itertools import combinations
from xml.etree import ElementTree

import pytest

from tutorial.pages.page import parse_page
from tutorial.repository import ROOT
from tutorial.site.diagrams import DiagramError, Node, draw, parse_diagram, place

HEAD = "flowchart TD\n    accTitle: A way\n    accDescr: From one to the other.\n"

FORK = f'{HEAD} a["A"] --> b["B"]\n a --> c["C"]\n b --> d["D"]\n c --> d'

SVG = "{http://www.w3.org/2000/svg}"


def diagrams() -> list[tuple[str, str]]:
    """Each diagram of a page, by the page's name."""
    return [
        (path.stem, "\n".join(block.fence.body))
        for path in sorted((ROOT / "docs").glob("[0-9][0-9]-*.md"))
        for block in parse_page(path.name, path.read_text("utf-8")).blocks
        if block.language == "mermaid"
    ]


def test_each_diagram_says_in_words_what_it_shows() -> None:
    for chapter, text in [("made here", f'{HEAD} a["A"]'), *diagrams()]:
        picture = ElementTree.fromstring(draw(text))
        described = picture.find(f"{SVG}desc")
        assert picture.get("role") == "img", chapter
        assert described is not None, chapter
        assert described.get("id") == picture.get("aria-describedby"), chapter
        assert len(described.text or "") >= 20, chapter


def test_no_box_covers_another() -> None:
    for chapter, text in [("made here", FORK), *diagrams()]:
        diagram = parse_diagram(text)
        place(diagram)
        for one, other in combinations(diagram.nodes.values(), 2):
            assert apart(one, other), (chapter, one, other)


def apart(one: Node, other: Node) -> bool:
    beside = abs(one.x - other.x) > 186
    return beside or one.y + one.height < other.y or other.y + other.height < one.y


def test_boxes_stand_below_those_that_lead_to_them() -> None:
    diagram = parse_diagram(FORK)
    place(diagram)
    assert [diagram.nodes[name].row for name in "abcd"] == [0, 1, 1, 2]


def test_text_is_escaped_once() -> None:
    assert "a&lt;b &amp; &quot;c&quot;" in draw(f'{HEAD} a["a<b &amp; &quot;c&quot;"]')


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("sequenceDiagram", "begins with `flowchart TD`"),
        ('flowchart TD\n a["A"]', "accTitle"),
        (f"{HEAD} a{{{{odd}}}}", "no node"),
        (f'{HEAD} a["A"] --> b', "no text where it is first named"),
        (f'{HEAD} a["A"] --> b["B"]\n b --> a', "a circle"),
        (f'{HEAD} a["A"]\n b["B"]\n c["C"]', "more than two"),
        (f'{HEAD} a["A"] --> b["B"]\n b --> c["C"]\n a --> c', "would cross"),
    ],
)
def test_what_cannot_be_drawn_is_said(text: str, complaint: str) -> None:
    with pytest.raises(DiagramError, match=complaint):
        draw(text)


def test_each_chapter_has_a_diagram() -> None:
    chapters = {path.stem for path in (ROOT / "docs").glob("[0-9][0-9]-*.md")}
    assert {chapter for chapter, _ in diagrams()} == chapters
