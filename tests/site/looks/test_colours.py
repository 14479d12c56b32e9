"""Every colour of the code reaches the contrast that WCAG AA asks for, on each of its grounds."""

import re

import pytest

from tutorial.repository import ROOT

STYLE = (ROOT / "docs/assets/stylesheets/site.css").read_text("utf-8")

GROUNDS = ("--md-code-bg-color", "--change-comes", "--change-goes", "--terminal-bg")


def colours(scheme: str) -> dict[str, str]:
    found = re.search(rf'\[data-md-color-scheme="{scheme}"\] \{{(.*?)\}}', STYLE, re.DOTALL)
    assert found
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", found[1]))


def channels(colour: str) -> list[int]:
    """Red, green and blue of a colour, as a style sheet has it, or as a browser tells it."""
    if colour.startswith("#"):
        return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    found = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour)
    assert found, f"{colour} is no colour, or one that can be seen through"
    return [int(channel) for channel in found.groups()]


def luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


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
