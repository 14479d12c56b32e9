"""Zensical, the successor of MkDocs and its theme, builds the same pages from the same settings.

It knows no hooks. So the pages are prepared before, and it reads them where MkDocs does.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.addresses import address, markdown_pages
from tests.site.building import UNPUBLISHED
from tutorial.repository import ROOT
from tutorial.site.prepare import prepare

CHAPTERS = sorted(path.stem for path in (ROOT / "docs").glob("[0-9][0-9]-*.md"))


@pytest.fixture(scope="module")
def zensical_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site as Zensical builds it."""
    project = tmp_path_factory.mktemp("zensical")
    shutil.copytree(prepare(ROOT), project / "docs")
    for name in ("overrides", "src"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", project)
    built = subprocess.run(
        [Path(sys.executable).parent / "zensical", "build", "--strict"],
        cwd=project,
        env=UNPUBLISHED,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=200,
    )
    assert built.returncode == 0, built.stdout
    assert not re.search(r"warning|error", built.stdout, re.IGNORECASE), built.stdout
    return project / "site"


def test_zensical_builds_every_page(zensical_site: Path) -> None:
    lacking = [
        path
        for path in map(address, markdown_pages())
        if not (zensical_site / path.strip("/") / "index.html").is_file()
    ]
    assert lacking == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_zensical_renders_a_chapters_fences_as_mkdocs_does(
    zensical_site: Path, site_folder: Path, chapter: str
) -> None:
    pages = [
        (folder / chapter / "index.html").read_text("utf-8")
        for folder in (zensical_site, site_folder)
    ]
    for listing in (r'<figure class="listing [^"]*"', r'<span class="listing-path">[^<]*</span>'):
        theirs, ours = (re.findall(listing, page) for page in pages)
        assert len(ours) > 10
        assert theirs == ours
    code = re.compile(r"<pre><code>(.*?)</code></pre>", re.DOTALL)
    theirs, ours = (code.findall(page) for page in pages)
    assert theirs == ours
    prose = re.sub(r"<code\b.*?</code>|data-[\w-]+=\"[^\"]*\"", "", pages[0], flags=re.DOTALL)
    assert "```" not in prose
