import os
import subprocess
import sys


def create_tables(url):
    """Run `apistar create_tables` as somebody in a terminal does."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from apistar.main import main; main()",
            "create_tables",
        ],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
    )


def test_the_tables_can_be_created_twice(engine):
    url = engine.url.render_as_string(hide_password=False)
    for _ in range(2):
        assert create_tables(url).stdout == "Tables created\n"


def test_a_wrong_setting_is_said_in_a_sentence():
    run = create_tables("sqlite://")
    assert run.returncode == 1
    assert run.stderr.endswith("DATABASE_URL: Must name a database that lasts.\n")
    assert "Traceback" not in run.stderr


def test_a_database_that_does_not_answer_is_said_in_a_sentence():
    run = create_tables("postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    assert run.returncode == 1
    assert "The database did not answer: connection to server" in run.stderr
    assert "Traceback" not in run.stderr
