from contextlib import suppress

import psycopg2
from apistar.http import WSGIEnviron
from sqlalchemy import create_engine, event, orm
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError

from project.settings import settings

engine = create_engine(settings["DATABASE"]["URL"], echo=settings["DEBUG"])


def refuse_ended(connection, *_):
    """Let the pool replace a connection that the server has ended meanwhile."""
    try:
        connection.poll()  # the server's last words, if there are any
        connection.poll()  # and what comes after them: the end
    except psycopg2.Error as exc:
        raise DisconnectionError() from exc


if engine.name == "postgresql":
    event.listen(engine, "checkout", refuse_ended)


class Session(orm.Session):
    """A request's work with the database; what isn't committed is rolled back."""

    @classmethod
    def build(cls, environ: WSGIEnviron):
        environ["session"] = cls(engine)
        return environ["session"]


def close_session(wsgi):
    """Wrap a WSGI application to close each request's session, whatever happens."""

    def wrapped(environ, start_response):
        try:
            return wsgi(environ, start_response)
        finally:
            if "session" in environ:
                with suppress(InterfaceError, OperationalError):
                    environ["session"].close()

    return wrapped
