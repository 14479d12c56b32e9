"""Every page that the site has: elsewhere, those that are made stand for their kind."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.site.addresses import site_pages
from tests.site.looks.barriers import barriers
from tests.site.looks.fitting import listening, misfits
from tests.site.visiting import go

# There are some 200 pages; a machine that does much else takes seconds for each.
pytestmark = pytest.mark.timeout(800)


def test_every_page_shows_well(tab: Page, site: str, site_folder: Path) -> None:
    found = {}
    with listening(tab, site) as complaints:
        for address in site_pages(site_folder):
            go(tab, address)
            complaints += misfits(tab)
            if complaints:
                found[address] = complaints.copy()
            complaints.clear()
    assert found == {}


def test_no_page_shuts_readers_out(tab: Page, site_folder: Path) -> None:
    found = {}
    for address in site_pages(site_folder):
        go(tab, address)
        if there := barriers(tab):
            found[address] = there
    assert found == {}
