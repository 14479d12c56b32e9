"""Comparisons as a reader uses them: inline, side by side, folded; and the zips beside them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.site.addresses import COMPARISON, found
from tests.site.reports import steps
from tests.site.visiting import go, visit
from tutorial.patch import text_of
from tutorial.site.steps import Step

SHOWN = "all => all.filter(each => each.checkVisibility()).length"


@pytest.fixture(scope="module")
def step() -> Step:
    """A step that changes files, and adds and removes lines."""
    return next(
        step
        for each in steps().values()
        for step in each
        if any(patch.added and patch.removed for patch in step.patches) and len(step.patches) > 2
    )


def address(step: Step) -> str:
    return f"/{step.page.with_suffix('')}/"


def shown(page: Page, selector: str) -> int:
    count: int = page.eval_on_selector_all(f"article {selector}", SHOWN)
    return count


def test_the_counts_and_the_lines_are_those_of_the_step(tab: Page, step: Step) -> None:
    go(tab, address(step))
    files = tab.locator("details.comparison")
    assert files.count() == len(step.patches)
    for file, patch in zip(files.all(), step.patches, strict=True):
        summary = file.locator("> summary")
        expect(summary.locator(".listing-path")).to_have_text(patch.path)
        expect(summary.locator(".counts")).to_have_text(f"+{patch.added} −{patch.removed}")  # noqa: RUF001
        assert file.locator("pre ins.line").count() == patch.added
        assert file.locator("pre del.line").count() == patch.removed
        before, after = (
            "".join(file.locator(f"pre .line:not({other})").all_text_contents()).rstrip("\n")
            for other in ("ins", "del")
        )
        assert before == (text_of(patch.before) or "").rstrip("\n")
        assert after == (text_of(patch.after) or "").rstrip("\n")
        if patch.path.endswith(".py"):
            assert file.locator("pre .line span[class]").count(), "no colours of the language"


def test_side_by_side_by_keyboard_and_remembered(context: BrowserContext, step: Step) -> None:
    page = visit(context, address(step))
    assert shown(page, "table") == 0
    page.get_by_role("radio", name="inline").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="side by side")).to_be_checked()
    assert shown(page, "details.comparison pre") == 0
    file = page.locator("details.comparison").nth(0)
    columns = [
        "".join(
            text for text in file.locator(f"table td:nth-child({column})").all_text_contents()
        ).rstrip("\n")
        for column in (1, 2)
    ]
    patch = step.patches[0]
    assert columns == [(text_of(side) or "").rstrip("\n") for side in (patch.before, patch.after)]

    again = visit(context, "/changes/03-database-backend/")
    expect(again.get_by_role("radio", name="side by side")).to_be_checked()
    assert shown(again, "details.comparison pre") == 0
    again.get_by_role("radio", name="inline").check()
    assert shown(again, "table") == 0
    assert shown(again, "details.comparison pre") > 0


def test_a_phone_has_no_room_for_two_sides(tab: Page, step: Step) -> None:
    go(tab, address(step))
    tab.get_by_role("radio", name="side by side").check()
    tab.set_viewport_size({"width": 360, "height": 800})
    assert shown(tab, "table") == 0
    assert shown(tab, "details.comparison pre") > 0
    expect(tab.get_by_role("radio", name="inline")).to_be_hidden()


def test_files_and_what_stays_are_folded_and_unfolded_by_keyboard(
    tab: Page, site_folder: Path
) -> None:
    go(tab, found(COMPARISON, site_folder))
    files = tab.locator("details.comparison")
    file = files.nth(0)
    file.locator("> summary").focus()
    tab.keyboard.press("Enter")
    expect(file).not_to_have_attribute("open", "")
    assert file.locator("> pre").evaluate_all(SHOWN) == 0
    tab.keyboard.press("Enter")
    expect(file).to_have_attribute("open", "")

    gap = tab.locator("details.comparison-gap").nth(0)
    gap.locator("> summary").focus()
    tab.keyboard.press("Enter")
    assert gap.locator("pre").evaluate_all(SHOWN) == 1

    tab.get_by_role("button", name="Fold all files").press("Enter")
    assert tab.locator("details.comparison[open]").count() == 0
    tab.get_by_role("button", name="Unfold all files").press("Enter")
    assert tab.locator("details.comparison[open]").count() == files.count()


def test_without_a_script_changes_are_read_inline_and_folded(
    browser: Browser, site: str, step: Step
) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(address(step))
        file = page.locator("details.comparison").nth(0)
        expect(file.locator("ins.line").nth(0)).to_be_visible()
        file.locator("> summary").click()
        expect(file.locator("ins.line").nth(0)).to_be_hidden()
        expect(page.get_by_role("radio", name="side by side")).to_have_count(0)
    finally:
        context.close()


def test_a_step_leads_to_its_changes_its_code_and_its_zip(
    tab: Page, site_folder: Path, step: Step
) -> None:
    go(tab, f"/{step.chapter.name}/")
    line = tab.locator(".step-changes").filter(has=tab.locator(f"a[href*='/{step.name}/']"))
    with tab.expect_download() as download:
        line.get_by_role("link", name="zip").click()
    assert download.value.suggested_filename == f"{step.folder}.zip"
    kept = site_folder / "downloads" / f"{step.folder}.zip"
    assert Path(download.value.path()).read_bytes() == kept.read_bytes()

    line.get_by_role("link", name="the code after it").click()
    tab.wait_for_url(f"**{address(step)}#the-code")
    path = next(patch.path for patch in step.patches if patch.after and patch.added)
    file = tab.locator(".tree").get_by_role("link", name=path.rpartition("/")[2], exact=True)
    address_of_file = str(file.evaluate("link => link.href"))
    file.click()
    tab.wait_for_url(address_of_file)  # and until it has been read to its end
    text = "".join(tab.locator("article pre .line").all_text_contents())
    assert text.rstrip("\n") == step.after[path].content.decode().rstrip("\n")


def test_a_chapters_zip_is_downloaded_from_its_page(tab: Page, site_folder: Path) -> None:
    go(tab, "/01-hello-world/")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="as a zip").click()
    kept = site_folder / "downloads" / "01-hello-world.zip"
    assert Path(download.value.path()).read_bytes() == kept.read_bytes()
