"""MkDocs' way to the prepared docs: `mkdocs build` and `mkdocs serve` need no step before them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer

from tutorial.site.prepare import prepare

# The theme's search is a dialog with no name. Not mended by an override of the theme's template:
# Zensical's search is another one.
UNNAMED = 'data-md-component="search" role="dialog"'
SEARCH = UNNAMED, f'{UNNAMED} aria-label="Search"'


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Prepare the docs, and read them in place of the pages as they are written."""
    config.docs_dir = str(prepare(root(config)))
    return config


def on_serve(
    server: LiveReloadServer, config: MkDocsConfig, builder: Callable[..., Any]
) -> LiveReloadServer:
    """Watch what people write; what is prepared from it changes with every build."""
    server.unwatch(config.docs_dir)
    for name in ("docs", "src", "build/verify"):
        if (root(config) / name).is_dir():
            server.watch(str(root(config) / name))
    return server


def on_post_page(output: str, **_: object) -> str:
    """Name the search's dialog on a page."""
    return output.replace(*SEARCH)


def on_post_template(output_content: str, **_: object) -> str:
    """Name the search's dialog on the page for what isn't there."""
    return output_content.replace(*SEARCH)


def root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent
