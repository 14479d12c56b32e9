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


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
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
