"""The built site as a host of static sites serves it: compressed, cached, with its own 404 page.

The site's container runs this file by itself, as `python hosting.py FOLDER ADDRESS`: so it needs no
other module of the tooling.
"""

import sys
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import whitenoise.compress  # type: ignore[import-untyped]
from waitress import serve
from whitenoise import WhiteNoise

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

# Pages may change with each build; what has a hash of its content in its name never does.
PAGE_AGE = 600
HASHED = r"\.[0-9a-f]{8,}(\.min)?\.(css|js)$"


def compress(folder: Path) -> None:
    """Put a compressed copy beside each file that gets smaller by it."""
    whitenoise.compress.main(["--quiet", str(folder)])


def site_application(folder: Path) -> WhiteNoise:
    """Return the WSGI application that answers with the files of a built site."""

    def not_found(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        page = (folder / "404.html").read_bytes()
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
        ]
        start_response(f"404 {HTTPStatus.NOT_FOUND.phrase}", headers)
        return [page]

    return WhiteNoise(
        not_found,
        root=str(folder),
        index_file=True,
        max_age=PAGE_AGE,
        immutable_file_test=HASHED,
    )


if __name__ == "__main__":
    folder, address = sys.argv[1:]
    serve(site_application(Path(folder)), listen=address)
