"""Holds answers to openapi.yaml, the description of the API."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import yaml
from jsonschema import Draft202012Validator

from tests.fuzz.client import Answer

FILE = Path(__file__).with_name("openapi.yaml")
# What the documentation and its files may answer; the description isn't about them.
UNDESCRIBED = re.compile(r"/+(docs|static)(/|$)")
UNDESCRIBED_STATUSES = {200, 308, 404, 405}


@cache
def description() -> Mapping[str, Any]:
    """The description, as it is in its file."""
    loaded: Mapping[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return loaded


def path_of(target: str) -> str:
    """The path that a server sees in a request's target: decoded, a character for each byte."""
    return unquote_to_bytes(target.partition("#")[0].partition("?")[0]).decode("latin-1")


def template_of(path: str) -> str | None:
    """The path of the description that this one is an instance of."""
    # However many slashes come first, they count as one.
    path = "/" + path.lstrip("/")
    for template in description()["paths"]:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path, re.DOTALL):
            return str(template)
    return None


def responses_to(method: str, target: str) -> Mapping[str, Any]:
    """The answers that the description has for a request, by their status."""
    shared = description()["components"]["responses"]
    method = "get" if method == "HEAD" else method.lower()
    path = path_of(target)
    if (template := template_of(path)) is not None:
        operations = description()["paths"][template]
        if method in operations:
            responses: Mapping[str, Any] = operations[method]["responses"]
            return responses
        return {"405": shared["MethodNotAllowed"]}
    # A slash too few leads to the path that has it, with a method of that path; a slash too many to
    # the path that has one less, with any method.
    merged = re.sub("/+", "/", f"{path}/")
    if (template := template_of(merged)) is not None:
        answers = {"308": shared["Redirect"], "405": shared["MethodNotAllowed"]}
        if method in description()["paths"][template]:
            del answers["405"]
        elif "//" not in path.lstrip("/"):
            del answers["308"]
        return answers
    return {"404": shared["NotFound"]}


def check(method: str, target: str, answer: Answer) -> None:
    """AssertionError unless this is an answer that the description has for the request."""
    asked = f"{method} {target[:200]} -> {answer.status} {answer.body[:500]!r}"
    assert answer.status < 500, asked
    if UNDESCRIBED.match(path_of(target)):
        assert answer.status in UNDESCRIBED_STATUSES, asked
        return
    responses = responses_to(method, target)
    assert str(answer.status) in responses, f"{asked}: not one of {list(responses)}"
    response = resolve(responses[str(answer.status)])
    for name, header in response.get("headers", {}).items():
        value = answer.headers.get(name.lower())
        assert value is not None or not header.get("required"), f"{asked}: no header {name}"
        if value is not None:
            validate(header["schema"], value, f"{asked}: {name}: {value}")
    undescribed = {"link", "location"} - {name.lower() for name in response.get("headers", {})}
    assert not undescribed & answer.headers.keys(), f"{asked}: {dict(answer.headers)}"
    if "content" not in response:
        assert answer.body == b"", asked
        return
    [(media_type, content)] = response["content"].items()
    assert answer.headers.get("content-type") == media_type, asked
    if method == "HEAD":
        assert answer.body == b"", asked
        return
    validate(content["schema"], json.loads(answer.body), asked)


def resolve(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of the description that stands here, or that a $ref leads to."""
    if "$ref" in part:
        found: Any = description()
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def validate(schema: Mapping[str, Any], value: object, asked: str) -> None:
    """AssertionError unless the value is as the schema says."""
    error = next(_validator(json.dumps(schema)).iter_errors(value), None)
    assert error is None, f"{asked}: {error.message}"


@cache
def _validator(schema: str) -> Draft202012Validator:
    # The references lead into the description, so the schema is handed over within it.
    return Draft202012Validator(
        {"components": description()["components"], "allOf": [json.loads(schema)]}
    )
