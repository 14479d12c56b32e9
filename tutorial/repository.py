"""Where things are in the repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Everything that the tooling makes and may be thrown away.
CACHE = ROOT / ".cache"
