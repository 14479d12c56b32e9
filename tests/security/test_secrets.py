"""No secret is in git: they come from the environment."""

import re
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

from tutorial.chapters import all_chapters
from tutorial.repository import ROOT

# Made by tools, full of digests that are nobody's secret.
DIGESTS = {Path("requirements.lock")}
# The passwords of examples, such as user:password@localhost: whoever has one of these has none.
PLACEHOLDERS = {"password", "secret"}


def secrets(*files: Path) -> list[str]:
    """What looks like a secret in these files: the kind, the file and the line."""
    found = SecretsCollection(root=str(ROOT))
    with default_settings():
        for file in files:
            found.scan_file(str(file))
    return [
        f"{secret.type} in {name}, line {secret.line_number}"
        for name, secret in found
        if secret.secret_value not in PLACEHOLDERS
    ]


def test_no_file_in_git_has_a_secret(tracked: list[Path]) -> None:
    assert secrets(*(path for path in tracked if path not in DIGESTS)) == []


def test_a_secret_would_be_seen(tmp_path: Path) -> None:
    file = tmp_path / "settings.py"
    # Put together here, as this file is scanned too.
    file.write_text('key = "AKIA' + "IOSFODNN7EXAMPL0" + '"\n', "utf-8")
    assert secrets(file)


def test_a_compose_file_takes_passwords_from_the_environment() -> None:
    files = [
        ROOT / "docker-compose.yml",
        *(c.folder / "docker-compose.yml" for c in all_chapters()),
    ]
    values = [
        value
        for file in files
        for value in re.findall(
            r"^ *\w*(?:PASSWORD|SECRET|TOKEN)\w*: *(.+)$", file.read_text(), re.M
        )
    ]
    assert values
    assert [value for value in values if not re.fullmatch(r"\$\{\w+:\?[^}]*\}", value)] == []
    urls = re.findall(
        r"://[^\s/@]+:([^\s/@]+)@", "".join(file.read_text("utf-8") for file in files)
    )
    assert [password for password in urls if not password.startswith("$")] == []


def test_the_file_of_the_environment_stays_out_of_git(tracked: list[Path]) -> None:
    assert ".env" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert [path for path in tracked if path.name == ".env"] == []
