"""Temporary folders that don't outlive the tooling, however it ends."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutorial.watchdog import watchdog


@contextmanager
def temporary_folder(prefix: str = "tutorial-") -> Iterator[Path]:
    """A new empty folder, removed at the end of the block; by the watchdog if there is no end."""
    folder = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
    watchdog.watch_folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        watchdog.forget_folder(folder)
