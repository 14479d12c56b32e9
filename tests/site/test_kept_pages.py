"""What a server doesn't make again with each build, and what it does all the same."""

from pathlib import Path

import pytest
from mkdocs.config import load_config
from mkdocs.structure.files import get_files
from mkdocs.structure.pages import Page

from tutorial.site.kept_pages import keep_pages


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: A site\n"
        "markdown_extensions:\n"
        "  - pymdownx.snippets:\n"
        f"      base_path: {tmp_path}\n",
        "utf-8",
    )
    return tmp_path / "docs"


def rendered(docs: Path, name: str) -> str:
    """A page's HTML, as the next build of a server makes it."""
    config = load_config(str(docs.parent / "mkdocs.yml"))
    files = get_files(config)
    keep_pages(files, config)
    page = files.src_uris[name].page
    assert page
    page.read_source(config)
    page.render(config, files)
    return page.content or ""


def test_a_page_that_is_what_it_was_is_not_made_again(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (docs / "page.md").write_text("One.", "utf-8")
    first = rendered(docs, "page.md")
    monkeypatch.delattr(Page, "render")
    assert rendered(docs, "page.md") == first


def test_a_page_is_made_again_when_its_text_or_what_it_includes_has_changed(docs: Path) -> None:
    page, included = docs / "page.md", docs.parent / "included.md"
    page.write_text("One.", "utf-8")
    assert rendered(docs, "page.md") == rendered(docs, "page.md") == "<p>One.</p>"
    page.write_text('--8<-- "included.md"', "utf-8")
    for number in ("Two.", "Three."):
        included.write_text(number, "utf-8")
        assert rendered(docs, "page.md") == f"<p>{number}</p>"


def test_a_link_follows_a_page_that_comes_and_goes(docs: Path) -> None:
    (docs / "page.md").write_text("[Other](other.md)", "utf-8")
    assert 'href="other.md"' in rendered(docs, "page.md")
    (docs / "other.md").write_text("Other.", "utf-8")
    assert 'href="../other/"' in rendered(docs, "page.md")


def test_each_build_warns_of_a_page(docs: Path, caplog: pytest.LogCaptureFixture) -> None:
    (docs / "page.md").write_text("[Other](nowhere.md)", "utf-8")
    for _ in range(2):
        caplog.clear()
        rendered(docs, "page.md")
        assert "nowhere.md" in caplog.text
