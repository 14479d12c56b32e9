import os
import subprocess
import sys

import pytest


def create_tables(**environment):
    """Run `apistar create_tables` as somebody in a terminal does."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from apistar.main import main; main()",
            "create_tables",
        ],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_the_tables_can_be_created_twice(engine):
    url = engine.url.render_as_string(hide_password=False)
    for _ in range(2):
        assert create_tables(DATABASE_URL=url).stdout == "Tables created\n"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", "perhaps", "Must be a valid boolean."),
        ("DATABASE_URL", "", "Must be a URL, such as sqlite:///todo.db."),
        (
            "DATABASE_URL",
            "postgresql://todo@db/todo",
            "Must begin with sqlite:/// or postgresql+psycopg2://.",
        ),
        (
            "DATABASE_URL",
            "sqlite://",
            "Must name a database that lasts.",
        ),
    ],
)
def test_a_wrong_setting_is_said_in_a_sentence(name, value, sentence):
    run = create_tables(**{name: value})
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == f"{name}: {sentence}"
    assert "Traceback" not in run.stderr


def test_a_database_that_does_not_answer_is_said_in_a_sentence():
    run = create_tables(DATABASE_URL="postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    assert run.returncode == 1
    assert "The database did not answer: connection to server" in run.stderr
    assert "Traceback" not in run.stderr
