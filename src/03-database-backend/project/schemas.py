import re

from apistar import schema
from apistar.exceptions import SchemaError


class TaskDefinition(schema.String):
    """What there is to do: a text of 1 to 128 characters."""

    min_length = 1
    max_length = 128

    def __new__(cls, value):
        if not isinstance(value, str):
            raise SchemaError("Must be text.")
        if re.search("[\0\ud800-\udfff]", value):
            raise SchemaError("Must not have characters that can't be stored.")
        return super().__new__(cls, value)


class Completed(schema.Boolean):
    """Whether a task is done: true or false, in a form or a URL as text."""

    def __new__(cls, value):
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise SchemaError("Must be true or false.")


class TaskId(schema.String):
    """A task's number in a URL: as large as an integer column can hold."""

    def __new__(cls, value):
        if not re.fullmatch("[1-9][0-9]{0,9}", value) or int(value) >= 2**31:
            raise SchemaError("Must be a task's number.")
        return int(value)


class Limit(schema.String):
    """How many tasks a page has at most."""

    def __new__(cls, value):
        if not re.fullmatch("[1-9][0-9]?|100", value):
            raise SchemaError("Must be a number from 1 to 100.")
        return int(value)


class Task(schema.Object):
    properties = {
        "id": schema.Integer,
        "definition": TaskDefinition,
        "completed": Completed,
    }
