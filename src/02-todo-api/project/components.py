import json

from apistar.exceptions import APIException, UnsupportedMediaType, ValidationError
from apistar.http import WSGIEnviron
from werkzeug.http import parse_options_header
from werkzeug.wsgi import get_content_length, get_input_stream

MAX_BODY = 64 * 1024


class RequestData(dict):
    """The JSON object in a request's body; a field that isn't there is None.

    API Star knows a component by its class's name: a view that asks for this one
    before its fields gets them from here, and not from the framework's RequestData.
    """

    @classmethod
    def build(cls, environ: WSGIEnviron):
        try:
            body = get_input_stream(environ).read(MAX_BODY + 1)
        except Exception:
            raise ValidationError("The body can't be read.")
        if len(body) < min(get_content_length(environ) or 0, MAX_BODY + 1):
            raise ValidationError("The body ended too early.")
        if not body:
            raise ValidationError("The body must be a JSON object.")
        content_type, _ = parse_options_header(environ.get("CONTENT_TYPE", ""))
        if content_type != "application/json":
            raise UnsupportedMediaType()
        if body.lstrip().startswith(b"["):
            raise ValidationError("The body must be a JSON object.")
        if len(body) > MAX_BODY:
            raise APIException("The body is too large.", status_code=413)
        try:
            data = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError):
            raise ValidationError("The body must be valid JSON.")
        if not isinstance(data, dict):
            raise ValidationError("The body must be a JSON object.")
        return cls(data)

    def __missing__(self, name):
        return None

    def check(self, required=(), optional=()):
        """Refuse a body with a field that is missing, unknown or null."""
        errors = {
            name: "This field is required." for name in required if name not in self
        }
        for name, value in self.items():
            if name not in (*required, *optional):
                errors[name] = "Unknown field."
            elif value is None:
                errors[name] = "Must not be null."
        if errors:
            raise ValidationError(errors)
