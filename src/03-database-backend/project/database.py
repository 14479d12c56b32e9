from contextlib import suppress

from apistar.http import WSGIEnviron
from sqlalchemy import create_engine, orm
from sqlalchemy.exc import InterfaceError, OperationalError

from project.settings import settings

engine = create_engine(
    settings["DATABASE"]["URL"], echo=settings["DEBUG"], pool_pre_ping=True
)


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
