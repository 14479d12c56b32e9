"""What the pages ask of Docker is run, and true."""

import subprocess
import sys

import pytest

from tests.containers.compose import LIMIT
from tests.containers.conftest import CHAPTERS
from tutorial.chapters import Chapter
from tutorial.proof import report
from tutorial.repository import ROOT

# How long a page may take: it may have to wait until another run gives the ports free.
PAGE_LIMIT = 2 * LIMIT


# Not the fixture `chapter`: no project need be up.
@pytest.mark.timeout(PAGE_LIMIT + 10)
@pytest.mark.parametrize("page", CHAPTERS, ids=lambda chapter: chapter.name)
def test_the_page_is_true_with_docker(page: Chapter) -> None:
    verify = [sys.executable, "-m", "tutorial", "verify", page.number]
    done = subprocess.run(verify, cwd=ROOT, capture_output=True, text=True, timeout=PAGE_LIMIT)
    assert done.returncode == 0, done.stdout + done.stderr
    found = report.read_chapter(ROOT, page.name)
    assert found is not None
    assert not [block for block in found.blocks if "Docker" in block.reason]
    typed = [exchange.typed for block in found.blocks for exchange in block.exchanges]
    assert "docker compose up --build --detach" in typed
