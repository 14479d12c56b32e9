"""Whether a Docker engine answers, and what a page leaves in it."""

import contextlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

# How long containers have to stop, and all of it may take, in seconds.
PATIENCE = 5
LONGEST = 60


def why_not() -> str | None:
    """Why nothing can be asked of Docker here; None where an engine answers."""
    try:
        done = subprocess.run(
            ["docker", "info", "--format", "{{.ServerVersion}}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=15,
        )
    except FileNotFoundError:
        return "there is no Docker on this machine"
    except (OSError, subprocess.TimeoutExpired):
        return "no engine answers"
    if done.returncode != 0 or not done.stdout.strip():
        return "no engine answers"
    return None


def clear(folder: Path, variables: Mapping[str, str]) -> None:
    """Remove what Compose has started for the folder, and the images that it built."""
    down = ["down", "--timeout", str(PATIENCE), "--volumes", "--rmi", "local", "--remove-orphans"]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            ["docker", "compose", *down],
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST,
        )
