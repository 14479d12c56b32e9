import logging

from apistar import App, Response
from apistar.exceptions import APIException, Found, MethodNotAllowed
from apistar.pipelines import build_pipeline
from apistar.routing import URLPathArgs, exception_handler
from apistar.wsgi import WSGIEnviron, WSGIResponse
from sqlalchemy.exc import InterfaceError, OperationalError

log = logging.getLogger(__name__)


def handle_error(app: App, environ: WSGIEnviron, exc: Exception) -> Response:
    """Answer in JSON whatever went wrong; its details are for the log only."""
    if isinstance(exc, Found):
        query = environ.get("QUERY_STRING")
        location = f"{exc.location}?{query}" if query else exc.location
        return Response({"message": f"See {location}"}, 308, {"Location": location})
    if isinstance(exc, MethodNotAllowed):
        methods = app.router.adapter.allowed_methods(environ["PATH_INFO"])
        headers = {"Allow": ", ".join(sorted(methods))}
        return Response({"message": exc.detail}, 405, headers)
    if isinstance(exc, APIException):
        return exception_handler(environ, exc)
    if "session" in environ:
        environ["session"].invalidate()
    if isinstance(exc, (InterfaceError, OperationalError)):
        log.error("The database failed: %s", exc.orig)
        return Response({"message": "The database is not ready, try again later."}, 503)
    log.error("%(REQUEST_METHOD)s %(PATH_INFO)r failed", environ, exc_info=exc)
    return Response({"message": "Server error"}, 500)


def handle_errors(app):
    """Let `handle_error` answer for the app: API Star has no setting for it."""
    app.router.exception_pipeline = build_pipeline(
        handle_error, [App, WSGIEnviron, URLPathArgs, Exception], WSGIResponse, {}
    )
