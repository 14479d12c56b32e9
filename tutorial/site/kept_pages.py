"""Pages that a server need not make again with each build: those of the code and of its changes.

Who writes changes one page of prose, and waits for it. Most pages are made of the code, which
stays as it is.
"""

from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

# The folders whose pages hold all that they are made of: they include no other file.
FOLDERS = ("code/", "changes/")

# What making a page gives it.
MADE = ("content", "toc", "present_anchor_ids", "_title_from_render")

kept: dict[str, tuple[object, dict[str, Any], dict[str, dict[str, str]]]] = {}


class KeptPage(Page):
    """A page that is what it was, where neither its text nor what it may link to has changed."""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Make the page's HTML of its Markdown, or take what an earlier build has made of it."""
        key = self.markdown, repr(config.mdx_configs), frozenset(files.src_uris)
        found = kept.get(self.file.src_uri)
        if found and found[0] == key:
            self.__dict__.update(found[1])
            # The files of another build aren't those of this one.
            self.links_to_anchors = {files.src_uris[uri]: each for uri, each in found[2].items()}
            return
        super().render(config, files)
        links = {file.src_uri: each for file, each in (self.links_to_anchors or {}).items()}
        kept[self.file.src_uri] = key, {name: self.__dict__[name] for name in MADE}, links


def keep_pages(files: Files, config: MkDocsConfig) -> None:
    """Let the pages of the code and its changes be such pages."""
    for file in files.documentation_pages():
        if file.src_uri.startswith(FOLDERS):
            file.page = KeptPage(None, file, config)
