"""The verification that the site's tests need: of the pages as they are now."""

import sys

import pytest

from tutorial.interpreters import current
from tutorial.proof.claim import all_claims
from tutorial.proof.report import write_report
from tutorial.proof.run import Options, lacking
from tutorial.proof.verify import Audience, verify
from tutorial.repository import ROOT
from tutorial.site.snapshot import Snapshot, read_chapters
from tutorial.site.steps import Step, read_steps


def chapters() -> list[Snapshot]:
    return read_chapters(ROOT / "docs", ROOT / "src")


def steps() -> dict[str, list[Step]]:
    """The steps of every chapter; the pages are run first, if they haven't been as they are."""
    found = read_steps(ROOT, chapters())
    if sys.platform == "win32" and not all(found.values()):
        pytest.skip("pages are run in a POSIX shell; on Windows, use WSL")
    if not all(found.values()):
        options = Options(current(), lacking=lacking(current()))
        write_report(verify(all_claims(ROOT), options, Audience()), ROOT)
        found = read_steps(ROOT, chapters())
    assert all(found.values()), "only a page that is true has steps to show: run `tutorial verify`"
    return found
