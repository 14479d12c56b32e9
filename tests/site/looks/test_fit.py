"""Each kind of page, at the widths and in the colours that readers have."""

from playwright.sync_api import Page

from tests.site.addresses import NOWHERE
from tests.site.looks.fitting import listening, misfits
from tests.site.visiting import go


def test_a_page_shows_well(tab: Page, site: str, prose_address: str) -> None:
    with listening(tab, site) as complaints:
        go(tab, prose_address)
        complaints += misfits(tab)
    if prose_address == NOWHERE:
        complaints = [each for each in complaints if "404" not in each]
    assert complaints == []
