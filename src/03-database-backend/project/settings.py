from apistar import schema
from apistar.environment import Environment
from apistar.exceptions import ConfigurationError, SchemaError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from project.models import Base


class Debug(schema.Boolean):
    """Whether each SQL statement is shown in the log."""

    default = False


class DatabaseURL(schema.String):
    """Where the tasks are kept; in a file beside app.py unless you say otherwise."""

    default = "sqlite:///todo.db"

    def __new__(cls, value):
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise SchemaError("Must be a URL, such as sqlite:///todo.db.")
        if url.drivername not in ("sqlite", "postgresql+psycopg2"):
            raise SchemaError("Must begin with sqlite:/// or postgresql+psycopg2://.")
        if url.database in (None, "", ":memory:"):
            raise SchemaError("Must name a database that lasts.")
        return value


class Env(Environment):
    properties = {"DEBUG": Debug, "DATABASE_URL": DatabaseURL}


try:
    env = Env()
except ConfigurationError as exc:
    raise SystemExit(
        "\n".join(f"{name}: {problem}" for name, problem in exc.args[0].items())
    )

settings = {
    "DEBUG": env["DEBUG"],
    "DATABASE": {"URL": env["DATABASE_URL"], "METADATA": Base.metadata},
}
