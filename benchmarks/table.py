"""The tables: one of each size, from which every turn gets a fresh copy."""

import subprocess

import psycopg
from psycopg import sql

from benchmarks.peer import CHAPTER, THE_CHAPTER
from tutorial.errors import TutorialError
from tutorial.postgres import PostgresServer

TURN = "turn"


class Tables:
    """The databases on a server: a template for each size, and the one whose turn it is."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def url(self, database: str = TURN) -> str:
        """The address of a database."""
        return f"{self._server.url.rpartition('/')[0]}/{database}"

    def make(self, size: int, completed_every: int = 2) -> None:
        """A template with so many tasks, of which each second one, or a rarer one, is completed."""
        name = template(size, completed_every)
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        create_tables(self.url(name))
        with self._connect(name) as connection:
            connection.execute(
                "INSERT INTO task (definition, completed)"
                " SELECT 'Task number ' || n, n %% %s = 0 FROM generate_series(1, %s) n",
                [completed_every, size],
            )
            connection.execute("VACUUM (ANALYZE) task")

    def fresh(self, size: int, completed_every: int = 2) -> str:
        """A copy of this template; gives its address. The last copy is removed."""
        turn = sql.Identifier(TURN)
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(turn))
        copied = sql.Identifier(template(size, completed_every))
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(turn, copied))
        self._run(sql.SQL("CHECKPOINT"))  # what the copy left to write isn't written later
        return self.url()

    def run(self, statement: str) -> None:
        """Change the copy whose turn it is."""
        with self._connect(TURN) as connection:
            connection.execute(statement.encode())

    def version(self) -> str:
        """The server's version."""
        with self._connect("postgres") as connection:
            row = connection.execute("SHOW server_version").fetchone()
        assert row is not None
        return str(row[0])

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with self._connect("postgres") as connection:
            connection.execute(statement)

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        url = self.url(database).replace("+psycopg2", "")
        return psycopg.connect(url, autocommit=True)


def template(size: int, completed_every: int) -> str:
    """The name of the database with so many tasks."""
    return f"tasks_{size}_{completed_every}"


def create_tables(url: str) -> None:
    """The table as chapter 03 makes it; its peers use the same one."""
    environment = THE_CHAPTER.environment()
    done = subprocess.run(
        [environment.bin / "apistar", "create_tables"],
        cwd=CHAPTER.folder,
        env=environment.variables(DATABASE_URL=url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise TutorialError(f"`apistar create_tables` failed:\n{done.stdout}")
