"""Whether a Docker engine answers."""

import subprocess


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
