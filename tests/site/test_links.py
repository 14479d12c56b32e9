"""No link of the site leads nowhere, and nothing that a page needs comes from another host."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

ELSEWHERE = {"http", "https"}


@dataclass
class Document(HTMLParser):
    """The links, the needs and the anchors of a page."""

    links: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value is not None}
        if "id" in values:
            self.anchors.append(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and values.get("rel") not in ("canonical",):
            self.needs.append(values["href"])
        elif tag in ("script", "img", "source", "iframe", "object", "video", "audio"):
            self.needs += [values[name] for name in ("src", "data", "srcset") if name in values]


@pytest.fixture(scope="module")
def documents(site_folder: Path) -> dict[str, Document]:
    """Every HTML page of the site, by its address."""
    found = {}
    for path in site_folder.rglob("*.html"):
        document = Document()
        document.feed(path.read_text("utf-8"))
        found["/" + path.relative_to(site_folder).as_posix().removesuffix("index.html")] = document
    assert found
    return found


def test_every_link_leads_to_a_page_and_its_anchor(
    documents: dict[str, Document], site_folder: Path
) -> None:
    broken, looked_for = [], []
    for address, document in documents.items():
        for link in {*document.links, *document.needs}:
            target = urlsplit(urljoin(f"https://site{address}", link))
            if target.netloc != "site" or target.scheme not in ELSEWHERE:
                continue
            path = unquote(target.path)
            file = site_folder / path.lstrip("/")
            if file.is_dir():
                file, path = file / "index.html", path.rstrip("/") + "/"
            if not file.is_file():
                broken.append(f"{address}: {link}")
            elif target.fragment and path in documents:
                looked_for.append((f"{address}: {link}", path, unquote(target.fragment)))
    for link, path, anchor in looked_for:
        if anchor not in documents[path].anchors:
            broken.append(f"{link}: no such anchor")
    assert broken == []


def test_nothing_that_a_page_needs_comes_from_another_host(
    documents: dict[str, Document], site_folder: Path
) -> None:
    needs = {need for document in documents.values() for need in document.needs}
    for style in site_folder.rglob("*.css"):
        needs |= set(re.findall(r"url\(\"?(?!data:)([^)\"]+)", style.read_text("utf-8")))
    assert [need for need in sorted(needs) if urlsplit(need).netloc] == []


def test_no_anchor_is_given_twice(documents: dict[str, Document]) -> None:
    twice = {
        address: {anchor for anchor in document.anchors if document.anchors.count(anchor) > 1}
        for address, document in documents.items()
    }
    assert {address: anchors for address, anchors in twice.items() if anchors} == {}


def test_every_page_has_a_title_and_a_description_of_its_own(site_folder: Path) -> None:
    lacking, titles = [], set()
    pages = [path for path in site_folder.rglob("*.html") if path.name != "404.html"]
    for path in pages:
        html = path.read_text("utf-8")
        title = re.search(r"<title>(.+?)</title>", html)
        if not (title and re.search(r'<meta name="description" content=".{20,}?">', html)):
            lacking.append(path)
        else:
            titles.add(title[1])
    assert lacking == []
    assert len(titles) == len(pages)


def test_no_fence_is_printed_as_text(documents: dict[str, Document], site_folder: Path) -> None:
    def without_code(html: str) -> str:
        return re.sub(r"<code\b.*?</code>|data-copy=\"[^\"]*\"", "", html, flags=re.DOTALL)

    printed = [
        path.relative_to(site_folder)
        for path in site_folder.rglob("*.html")
        if re.search(r"```|--8<--|~~~", without_code(path.read_text("utf-8")))
    ]
    assert printed == []
