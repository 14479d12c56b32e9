"""Where the repository's files are on a code host, if mkdocs.yml names one."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, urljoin

from mkdocs.config.defaults import MkDocsConfig

# As on GitHub; mkdocs.yml says so where it is another, in `extra` as `code_uri`.
USUAL = "blob/main/"


@dataclass(frozen=True)
class CodeHost:
    """A code host: its name, and the address that the files' paths are added to."""

    name: str
    address: str

    def link(self, path: PurePosixPath) -> str:
        """Return the address of a file or folder of the repository."""
        return urljoin(self.address, quote(str(path)))


def code_host(config: MkDocsConfig) -> CodeHost | None:
    """Return the host of the `repo_url`; None where there is none."""
    if not config.repo_url:
        return None
    address = f"{config.repo_url.rstrip('/')}/{config.extra.get('code_uri', USUAL)}"
    return CodeHost(config.repo_name or "the code host", address)
