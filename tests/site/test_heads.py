"""What search engines and messengers are told of each page, and where the site is published."""

import struct
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from tests.site.building import ADDRESS

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@dataclass
class Head(HTMLParser):
    """A page's title, what its meta elements say, and its canonical address."""

    title: str = ""
    says: dict[str, str] = field(default_factory=dict)
    canonical: str | None = None
    in_title: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.in_title = tag == "title"
        if tag == "meta" and (name := values.get("name") or values.get("property")):
            assert name not in self.says, f"{name} is said twice"
            self.says[name] = values.get("content") or ""
        if tag == "link" and values.get("rel") == "canonical":
            self.canonical = values.get("href")

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self.in_title = False


def heads(folder: Path) -> dict[str, Head]:
    """The head of each page, by the page's path below the site's address."""
    found = {}
    for path in folder.rglob("*.html"):
        head = Head()
        head.feed(path.read_text("utf-8"))
        found[path.relative_to(folder).as_posix().removesuffix("index.html")] = head
    assert "01-hello-world/" in found
    return found


def test_each_page_has_a_title_and_a_description_of_its_own_that_fit_a_result(
    site_folder: Path,
) -> None:
    pages = heads(site_folder)
    del pages["404.html"]
    titles = [head.title for head in pages.values()]
    descriptions = [head.says.get("description", "") for head in pages.values()]
    assert sorted({title for title in titles if titles.count(title) > 1}) == []
    assert sorted({each for each in descriptions if descriptions.count(each) > 1}) == []
    unfit = {
        path: (head.title, head.says.get("description"))
        for path, head in pages.items()
        if not head.title or not 20 <= len(head.says.get("description", "")) <= 180
    }
    assert unfit == {}


def test_a_site_without_an_address_names_none(site_folder: Path) -> None:
    named = {
        path: head
        for path, head in heads(site_folder).items()
        if head.canonical or {"og:url", "og:image"} & head.says.keys()
    }
    assert named == {}
    assert not (site_folder / "sitemap.xml").exists()


def test_each_page_of_a_published_site_names_its_own_address(published: Path) -> None:
    pages = heads(published)
    assert pages.pop("404.html").canonical is None
    assert {path: head.canonical for path, head in pages.items()} == {
        path: ADDRESS + path for path in pages
    }


def test_the_sitemap_has_each_page_of_a_published_site_that_may_be_found(published: Path) -> None:
    entries = ElementTree.parse(published / "sitemap.xml").iter(f"{SITEMAP}loc")
    pages = heads(published)
    findable = [
        ADDRESS + path
        for path, head in pages.items()
        if path != "404.html" and "noindex" not in head.says.get("robots", "")
    ]
    assert sorted(entry.text or "" for entry in entries) == sorted(findable)
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (published / "robots.txt").read_text("utf-8")


def test_a_messenger_shows_each_page_of_a_published_site_with_a_card(published: Path) -> None:
    for path, head in heads(published).items():
        if path == "404.html":
            continue
        says = head.says
        assert says["og:title"], path
        assert says["og:description"] == says["description"], path
        assert says["og:url"] == ADDRESS + path
        assert says["og:image:alt"]
        assert says["twitter:card"] == "summary_large_image"
        assert says["og:image"].startswith(ADDRESS)
        picture = (published / says["og:image"].removeprefix(ADDRESS)).read_bytes()
        size = struct.unpack(">II", picture[16:24])
        assert picture.startswith(b"\x89PNG")
        assert size == (int(says["og:image:width"]), int(says["og:image:height"])) == (1200, 630)
