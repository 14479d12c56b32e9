"""A folder's compose file, brought up as a project of its own."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import eventually

# For the slowest: an image's build, a chapter's tests.
LIMIT = 300


def run(*command: str, cwd: Path | None = None, **variables: str) -> str:
    """Run a program, which must succeed, and give what it prints."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Project:
    """What Compose runs of the file in a folder."""

    folder: Path
    name: str

    def compose(self, *arguments: str) -> str:
        """Ask Compose."""
        name = {"COMPOSE_PROJECT_NAME": self.name}
        return run("docker", "compose", *arguments, cwd=self.folder, **name)

    def container(self, service: str) -> str:
        """The id of the service's container."""
        return self.compose("ps", "-q", service).strip()

    def inside(self, service: str, *command: str) -> str:
        """Run a command in the service's container, as the service's user."""
        return run("docker", "exec", self.container(service), *command)

    def says(self, service: str, fact: str) -> str:
        """A fact of the container's state, by a Go template."""
        return run("docker", "inspect", "--format", f"{{{{{fact}}}}}", self.container(service))[:-1]

    def becomes(self, service: str, health: str) -> bool:
        """Whether the container's health comes to be this. It is asked for every few seconds."""
        return eventually(lambda: self.says(service, ".State.Health.Status") == health, 60)

    def address(self, service: str, port: int = 8080) -> str:
        """Where the service answers, without a slash at the end."""
        return "http://" + self.compose("port", service, str(port)).strip()

    def ask(self, service: str, path: str, *options: str, port: int = 8080) -> str:
        """What the service answers, once it does."""
        retry = ("--retry", "60", "--retry-all-errors", "--retry-delay", "1", "--max-time", "5")
        url = self.address(service, port) + path
        return run("curl", "--silent", "--show-error", "--fail", *retry, *options, url)


def on_free_ports(text: str) -> str:
    """A compose file whose ports the engine chooses."""
    return re.sub(r'"127\.0\.0\.1:\d+:(\d+)"', r'"127.0.0.1::\1"', text)
