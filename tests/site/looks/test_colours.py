"""Every colour of the code reaches the contrast that WCAG AA asks for, on each of its grounds."""

import re

import pytest

from tests.site.looks.contrast import contrast
from tutorial.repository import ROOT

STYLE = (ROOT / "docs/assets/stylesheets/site.css").read_text("utf-8")

GROUNDS = ("--md-code-bg-color", "--change-comes", "--change-goes", "--terminal-bg")


def colours(scheme: str) -> dict[str, str]:
    found = re.search(rf'\[data-md-color-scheme="{scheme}"\] \{{(.*?)\}}', STYLE, re.DOTALL)
    assert found
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", found[1]))


@pytest.mark.parametrize("colouring", ["default", "slate"])
def test_code_can_be_read_on_every_ground(colouring: str) -> None:
    all_colours = colours(colouring)
    inks = [name for name in all_colours if name.startswith("--md-code-hl-")]
    assert inks
    weak = {
        (ink, ground): round(found, 2)
        for ink in [*inks, "--md-code-fg-color", "--md-accent-fg-color"]
        for ground in GROUNDS
        if (found := contrast(all_colours[ink], all_colours[ground])) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("colouring", ["default", "slate"])
def test_kinds_of_tokens_that_are_joined_have_one_colour(colouring: str) -> None:
    """highlight.py joins them, so that a page has fewer elements."""
    all_colours = colours(colouring)
    plain, marks = ("name", "variable"), ("operator", "punctuation", "generic")
    assert {all_colours[f"--md-code-hl-{kind}-color"] for kind in plain} == {
        all_colours["--md-code-fg-color"]
    }
    assert len({all_colours[f"--md-code-hl-{kind}-color"] for kind in marks}) == 1
