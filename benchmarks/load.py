"""The load: wrk, which keeps its connections as a reverse proxy does, and costs little itself."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tutorial.errors import TutorialError
from tutorial.processes import Process

SCRIPT = Path(__file__).with_name("wrk.lua")
# As many different tasks are asked for in turn, spread over the table.
DIFFERENT = 1000


@dataclass(frozen=True)
class Kind:
    """A kind of request that is measured."""

    name: str
    title: str
    method: str
    path: str
    body: str | None = None

    def arguments(self, size: int) -> list[str]:
        """What wrk.lua has to know where the table has so many tasks."""
        count = min(size, DIFFERENT) if "{id}" in self.path else 1
        numbers = [1, size // count, count]
        return [self.method, self.path, *map(str, numbers), *([self.body] if self.body else [])]


# In this order: what changes the table comes last. A change gives each task another text than it
# had: an ORM sends nothing when nothing changes.
KINDS = (
    Kind("read", "reading one", "GET", "/task/{id}/"),
    Kind("list", "listing a page", "GET", "/task/"),
    Kind("filter", "listing completed ones", "GET", "/task/?completed=true"),
    Kind("change", "changing one", "PATCH", "/task/{id}/", '{"definition": "Buy milk {time}"}'),
    Kind("create", "creating one", "POST", "/task/", '{"definition": "Buy milk"}'),
)


@dataclass(frozen=True)
class Answers:
    """What was answered: how many, how fast, and how long half and 99 of 100 took at most."""

    requests: int
    rate: float
    p50: float
    p99: float


def find_wrk() -> str:
    """The program; where it isn't installed, the error says how to get it."""
    if found := shutil.which("wrk"):
        return found
    raise TutorialError(
        "The load comes from wrk, which isn't installed here. Debian and Ubuntu have it as "
        "`apt install wrk`, macOS as `brew install wrk`."
    )


def run(url: str, kind: Kind, size: int, connections: int, seconds: int) -> Answers:
    """Ask for so many whole seconds; a status of 400 or above is an error."""
    said: list[str] = []
    options = ["--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
    options += ["--timeout", "30s", "--script", str(SCRIPT)]
    command = [find_wrk(), *options, url, "--", *kind.arguments(size)]
    process = Process(command, SCRIPT.parent, {}, said.append)
    try:
        status = process.wait(seconds + 60)
    except BaseException:
        process.stop()
        raise
    return understand(kind, status, said)


def understand(kind: Kind, status: int, said: Sequence[str]) -> Answers:
    """What wrk.lua has printed last, in requests a second and milliseconds."""
    if status != 0:
        raise TutorialError("wrk failed:\n" + "\n".join(said))
    found = json.loads(said[-1])
    if not found["requests"]:
        raise TutorialError(f"{kind.title}: nothing was answered. Is the machine very busy?")
    if found["errors"]:
        raise TutorialError(
            f"{kind.title}: {found['errors']} of {found['requests']} requests failed."
        )
    return Answers(
        requests=found["requests"],
        rate=round(found["requests"] / found["microseconds"] * 1e6, 1),
        p50=found["p50"] / 1000,
        p99=found["p99"] / 1000,
    )
