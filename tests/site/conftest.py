"""The site, built once and served from this machine, and a browser to look at it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.site.addresses import found, prose_pages
from tests.site.building import ADDRESS, CODE_ADDRESS, build, hosted
from tests.site.reports import steps
from tests.site.visiting import PATIENCE
from tutorial.site.pictures import BROWSERS, OPTIONS, find_browser
from tutorial.suite import NOT_INSTALLED

DESKTOP: ViewportSize = {"width": 1280, "height": 900}

expect.set_options(timeout=PATIENCE)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "prose_address" in metafunc.fixturenames:
        metafunc.parametrize("prose_address", prose_pages(), indirect=True)


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, built strictly: a warning fails every test of the site.

    Where the pages haven't been run as they are now, they are run first.
    """
    assert sys.platform == "win32" or steps()  # no page is run there
    folder = tmp_path_factory.mktemp("site")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it is built to be published, its code on a code host."""
    folder = tmp_path_factory.mktemp("published")
    build(folder, SITE_URL=ADDRESS, REPO_URL=CODE_ADDRESS)
    return folder


@pytest.fixture
def prose_address(request: pytest.FixtureRequest, site_folder: Path) -> str:
    """The address of a page that stands for its kind."""
    return found(request.param, site_folder)


@pytest.fixture(scope="session")
def site(site_folder: Path) -> Iterator[str]:
    """The address of the served site, with no slash at its end."""
    with hosted(site_folder) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium of this machine; without one, the tests that need it are skipped."""
    program = find_browser()
    if program is None:
        pytest.skip(f"{NOT_INSTALLED}a browser; looked for {', '.join(BROWSERS)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A new visitor of the site, who lets it write to the clipboard, and reads it."""
    context = new_visitor(browser, site)
    yield context
    context.close()


@pytest.fixture(scope="session")
def shared_tab(browser: Browser, site: str) -> Iterator[Page]:
    """A visitor's only tab: to open another one takes longer than to go to another page."""
    context = new_visitor(browser, site)
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(shared_tab: Page, site: str) -> Iterator[Page]:
    """The tab of a visitor who goes from page to page, on a wide and light screen to begin with.

    Every test that has it finds it as if it were new. What listens to a tab, or asks what the site
    keeps, takes a new visitor.
    """
    shared_tab.set_viewport_size(DESKTOP)
    shared_tab.emulate_media(media="screen", color_scheme="light", reduced_motion="reduce")
    yield shared_tab
    if shared_tab.url.startswith(site):
        shared_tab.evaluate("localStorage.clear(); sessionStorage.clear()")
    shared_tab.goto("about:blank")


def new_visitor(browser: Browser, site: str) -> BrowserContext:
    context = browser.new_context(base_url=site, viewport=DESKTOP)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    context.set_default_timeout(PATIENCE)
    return context
