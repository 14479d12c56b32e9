"""`python -m tutorial`: the command, where its script is not in PATH."""

from tutorial.cli import app

app()
