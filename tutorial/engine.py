"""An engine for containers: Docker's own where it answers, else one that a script starts."""

import os

from tutorial.proof import docker
from tutorial.repository import ROOT

# The variable that names the script, and where it lies on machines that have one.
SCRIPT = "CONTAINERS_SH"
BESIDE = ROOT.parent / "shared" / "containers" / "containers.sh"


class NoEngineError(Exception):
    """There is no engine for containers here: the text is the reason."""


def variables() -> dict[str, str]:
    """What tests/containers/run must be told to find the engine.

    The script that CONTAINERS_SH names comes first, then Docker, then a script beside the
    repository, which only an administrator can run.
    """
    if script := os.environ.get(SCRIPT):
        return {SCRIPT: script}
    reason = docker.why_not()
    if reason is None:
        return {}
    if not BESIDE.is_file():
        raise NoEngineError(f"needs Docker: {reason}")
    if os.geteuid() != 0:
        raise NoEngineError(f"needs Docker: {reason}; {BESIDE.name} would need root")
    return {SCRIPT: str(BESIDE)}
