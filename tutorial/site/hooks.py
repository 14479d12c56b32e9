"""MkDocs' way to the prepared docs: `mkdocs build` and `mkdocs serve` need no step before them."""

import gc
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from tutorial.site.code_host import code_host
from tutorial.site.kept_pages import keep_pages
from tutorial.site.prepare import prepare
from tutorial.site.print_page import PRINT_PAGE
from tutorial.site.styles import merge_styles

# What the theme's pages lack, and what they should have. Not mended by overrides of the theme's
# templates: Zensical's are others.
MENDED = {
    # The search is a dialog with no name.
    'data-md-component="search" role="dialog"': (
        'data-md-component="search" role="dialog" aria-label="Search"'
    ),
    # Where the code is on a code host, the theme would ask that for its stars, of every reader.
    'data-md-component="source"': "",
    # On a narrow screen this opens the navigation, but not for the keyboard.
    'class="md-header__button md-icon" for="__drawer"': (
        'class="md-header__button md-icon" for="__drawer" tabindex="0" title="Navigation"'
    ),
}

# The theme's script, which main.html can start when the page has been drawn.
SCRIPT = re.compile(r'<script src="([^"]*/bundle\.[^"]+)"></script>')

PRINTED = re.compile(rf"\s*<url>\s*<loc>[^<]*/{PRINT_PAGE.stem}/</loc>.*?</url>", re.DOTALL)
COLOURS = re.compile(r"</?(?:span|ins|del)\b[^>]*>")


class Templates(BytecodeCache):
    """The theme's templates, compiled, for as long as the program runs."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template that has been compiled; jinja compares its source."""
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        self.compiled[bucket.key] = bucket.bytecode_to_string()


templates = Templates()
is_serving = False
coloured: dict[str, str] = {}


def on_startup(command: Literal["build", "gh-deploy", "serve"], **_: object) -> None:
    """Note what the build is for."""
    global is_serving
    is_serving = command == "serve"
    if is_serving:
        # What a build makes lives to its end: to search it for garbage takes a tenth of a rebuild.
        gc.set_threshold(100_000, 50, 1_000)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Prepare the docs, and read them in place of the pages as they are written."""
    config.docs_dir = str(prepare(root(config), code_host(config)))
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Where the site is built again and again, make only what has changed."""
    if is_serving:
        keep_pages(files, config)
    return files


def on_env(env: Environment, **_: object) -> Environment:
    """Compile the theme's templates once, and not with every build."""
    env.bytecode_cache = templates
    return env


def on_serve(
    server: LiveReloadServer, config: MkDocsConfig, builder: Callable[..., Any]
) -> LiveReloadServer:
    """Watch what people write; what is prepared from it changes with every build."""
    server.unwatch(config.docs_dir)
    for name in ("docs", "src", "build/verify"):
        if (root(config) / name).is_dir():
            server.watch(str(root(config) / name))
    return server


@event_priority(100)
def without_colours(context: TemplateContext, /, page: Page, **_: object) -> TemplateContext:
    """Let the search's index be made of the text alone: to read all tags takes a third of a build.

    They are mostly code's colours, which the index leaves out anyway.
    """
    content = page.content or ""
    coloured[page.file.src_uri] = content
    page.content = COLOURS.sub("", content)
    return context


@event_priority(-100)
def with_colours(context: TemplateContext, /, page: Page, **_: object) -> TemplateContext:
    """Give the page back what its readers see."""
    page.content = coloured.pop(page.file.src_uri)
    return context


on_page_context = CombinedEvent(without_colours, with_colours)


def on_post_page(output: str, **_: object) -> str:
    """Mend what the theme makes of a page."""
    return mended(output)


def on_post_template(
    output_content: str, template_name: str, config: MkDocsConfig, **_: object
) -> str:
    """Mend what the theme makes of the page for what isn't there, and of the sitemap.

    Without addresses it would be empty, and the printable page, all of which is found elsewhere,
    asks not to be indexed.
    """
    if template_name == "sitemap.xml":
        return PRINTED.sub("", output_content) if config.site_url else ""
    return mended(output_content)


def mended(html: str) -> str:
    """Return a page with what it lacks, and which is drawn before the theme's script runs."""
    for lacking, better in MENDED.items():
        html = html.replace(lacking, better)
    return SCRIPT.sub(r'<script>startWhenDrawn("\1")</script>', html)


def on_post_build(config: MkDocsConfig, **_: object) -> None:
    """Make what readers wait for smaller; who writes and looks on waits for the build instead."""
    if not is_serving:
        merge_styles(Path(config.site_dir))


def root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent
