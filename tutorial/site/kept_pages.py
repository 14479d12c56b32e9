"""Pages that a server need not make again with each build: those whose text is what it was.

Who writes changes one page of prose, and waits for it.
"""

import logging
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler

# What making a page gives it.
MADE = ("content", "toc", "present_anchor_ids", "_title_from_render")

# A page that includes a file is made of more than its own text.
INCLUDES = "8<-"

kept: dict[str, tuple[object, dict[str, Any], dict[str, dict[str, str]]]] = {}

warnings = CountHandler()
warnings.setLevel(logging.WARNING)
logging.getLogger("mkdocs").addHandler(warnings)


class KeptPage(Page):
    """A page that is what it was, where neither its text nor what it may link to has changed.

    One of which the build warns is made again, so that it warns again.
    """

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Make the page's HTML of its Markdown, or take what an earlier build has made of it."""
        key = self.markdown, repr(config.mdx_configs), frozenset(files.src_uris)
        found = kept.get(self.file.src_uri)
        if found and found[0] == key:
            self.__dict__.update(found[1])
            # The files of another build aren't those of this one.
            self.links_to_anchors = {files.src_uris[uri]: each for uri, each in found[2].items()}
            return
        before = warnings.get_counts()
        super().render(config, files)
        if warnings.get_counts() == before and INCLUDES not in (self.markdown or ""):
            links = {file.src_uri: each for file, each in (self.links_to_anchors or {}).items()}
            kept[self.file.src_uri] = key, {name: self.__dict__[name] for name in MADE}, links


def keep_pages(files: Files, config: MkDocsConfig) -> None:
    """Let every page be such a page."""
    for file in files.documentation_pages():
        file.page = KeptPage(None, file, config)
