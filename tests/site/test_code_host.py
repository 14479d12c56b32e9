"""Links to a code host: where mkdocs.yml names one, and only there."""

from pathlib import Path, PurePosixPath

import pytest
from markdown import markdown  # type: ignore[import-untyped]
from mkdocs.config.defaults import MkDocsConfig
from playwright.sync_api import Page, expect

from tests.site.building import CODE_ADDRESS, hosted
from tests.site.looks.fitting import listening
from tests.site.visiting import go
from tests.verify.conftest import write
from tutorial.site import fences
from tutorial.site.code_host import CodeHost, code_host
from tutorial.site.prepare import prepared_pages

PAGE = """\
# One

## Step

```python title="a.py"
--8<-- "src/01-one/a.py"
```
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "docs/01-one.md", PAGE)
    write(tmp_path, "src/01-one/a.py", "a = 1\n")
    return tmp_path


def configuration(**settings: object) -> MkDocsConfig:
    """What MkDocs makes of a configuration file with these settings."""
    config = MkDocsConfig()
    config.load_dict({"site_name": "Tutorial", **settings})
    config.validate()
    return config


@pytest.mark.parametrize(
    ("settings", "name", "link"),
    [
        (
            {"repo_url": "https://github.com/o/r"},
            "GitHub",
            "https://github.com/o/r/blob/main/src/01-one/a.py",
        ),
        (
            {"repo_url": "https://code.example/o/r/", "extra": {"code_uri": "src/branch/dev/"}},
            "Code",
            "https://code.example/o/r/src/branch/dev/src/01-one/a.py",
        ),
    ],
)
def test_code_and_captions_lead_to_the_host_too(
    root: Path, settings: dict[str, object], name: str, link: str
) -> None:
    host = code_host(configuration(**settings))
    assert host
    assert host.name == name
    assert host.link(PurePosixPath("src/01-one/a.py")) == link
    pages = prepared_pages(root, host)
    assert f"[on {host.name}]({link})" in str(pages[PurePosixPath("code/01-one/a.py.md")])
    folder = link.removesuffix("/a.py")
    assert f"[On {host.name}]({folder})" in str(pages[PurePosixPath("code/01-one/index.md")])
    caption = shown(str(pages[PurePosixPath("01-one.md")]))
    assert f'<a href="{link}">on {host.name}</a>' in caption
    assert '<a href="../code/01-one/a.py/">a.py</a>' in caption


def test_without_a_host_links_stay_on_the_site(root: Path) -> None:
    assert code_host(configuration()) is None
    pages = prepared_pages(root)
    made = "".join(each for each in pages.values() if isinstance(each, str))
    assert "://" not in made
    assert '<a href="../code/01-one/a.py/">a.py</a>' in shown(
        str(pages[PurePosixPath("01-one.md")])
    )


def test_a_site_with_a_code_host_leads_there_and_asks_it_for_nothing(
    published: Path, tab: Page
) -> None:
    with hosted(published) as site, listening(tab, site) as complaints:
        for address in ("/", "/01-hello-world/", "/code/01-hello-world/app.py/"):
            go(tab, f"{site}{address}")
            link = tab.locator(f".md-header a[href='{CODE_ADDRESS}']")
            expect(link).to_be_visible()
            tab.wait_for_load_state("networkidle")
        expect(tab.locator(f"article a[href^='{CODE_ADDRESS}/blob/main/src/']")).not_to_have_count(
            0
        )
    assert complaints == []


def test_a_path_is_quoted() -> None:
    host = CodeHost("Host", "https://code.example/blob/main/")
    assert host.link(PurePosixPath("a b#.py")) == "https://code.example/blob/main/a%20b%23.py"


def shown(page: str) -> str:
    """The page's fences as the site shows them."""
    every = {
        "name": "*",
        "class": "highlight",
        "validator": fences.accept,
        "format": fences.render,
    }
    text = page.partition("## Step")[2].partition("<div")[0]
    settings = {"pymdownx.superfences": {"custom_fences": [every]}}
    html: str = markdown(text, extensions=["pymdownx.superfences"], extension_configs=settings)
    return html
