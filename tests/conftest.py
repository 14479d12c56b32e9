"""What several of the repository's tests ask about."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tutorial.repository import ROOT


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """The files in git, without those that are about to be deleted."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).exists()]
