"""What a run has found, as it is kept in results.json, and what follows from it."""

import json
import os
import platform
import re
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks.load import find_wrk
from benchmarks.measure import Found, Plan
from benchmarks.peer import PEERS, WORKERS, Peer

FILE = Path(__file__).with_name("results.json")

Results = dict[str, Any]


def assemble(
    found: Found, turns: Found, plan: Plan, forms: dict[str, dict[str, Any]], postgresql: str
) -> Results:
    """The whole of a run.

    `turns` is the chapter with and without turns; `forms` what single requests cost, see
    benchmarks.forms.
    """
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": {
            "python": platform.python_version(),
            "postgresql": postgresql,
            "wrk": wrk_version(),
            **{peer.name: peer.versions() for peer in PEERS},
        },
        "plan": {**asdict(plan), "workers": WORKERS},
        **forms,
        "servers": found.servers,
        "requests": found.requests,
        "turns": turns.requests,
    }


def machine() -> dict[str, Any]:
    """What the machine is; nothing that says whose."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": platform.system(),
    }


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def wrk_version() -> str:
    """As in `4.1.0`."""
    said = subprocess.run([find_wrk(), "--version"], capture_output=True, text=True)
    found = re.search(r"wrk \D*(\d[\d.]*)", said.stdout + said.stderr)
    return found[1] if found else "unknown"


def write(results: Results, path: Path = FILE) -> None:
    """Into a file, one measurement a line, so that two runs can be compared."""
    parts = []
    for name, value in results.items():
        if isinstance(value, list):
            lines = ",\n".join(f"    {json.dumps(item)}" for item in value)
            parts.append(f"  {json.dumps(name)}: [\n{lines}\n  ]")
        else:
            text = json.dumps(value, indent=2).replace("\n", "\n  ")
            parts.append(f"  {json.dumps(name)}: {text}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


def read(path: Path = FILE) -> Results:
    """From the file."""
    results: Results = json.loads(path.read_text("utf-8"))
    return results


def values(
    results: Results,
    peer: str,
    size: int,
    kind: str,
    what: str = "rate",
    measured: str = "requests",
) -> list[float]:
    """One number of each round."""
    return [
        run[what]
        for run in results[measured]
        if (run["peer"], run["size"], run["kind"]) == (peer, size, kind)
    ]


def rate(results: Results, peer: str, size: int, kind: str) -> float:
    """The median of the rounds' requests a second."""
    return median(values(results, peer, size, kind))


def share(results: Results, peer: Peer, limit: Peer, size: int, kind: str) -> float:
    """How near a peer comes to what is possible without a framework: 1 is there."""
    return rate(results, peer.name, size, kind) / rate(results, limit.name, size, kind)
