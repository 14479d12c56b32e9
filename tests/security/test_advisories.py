"""What the advisories are about is out of reach: each test is named by the list."""

import json
import os
import re
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tutorial.chapters import Chapter, all_chapters
from tutorial.environments import prepare
from tutorial.interpreters import current

CHAPTERS = all_chapters()
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)

# Notes every function that Python enters while a chapter's app starts and answers. It prints those
# that an advisory is about, and how many requests were answered.
WATCHER = r"""
import io, json, re, sys
from wsgiref.util import setup_testing_defaults

REACHED = re.compile(
    r"werkzeug/(formparser|sansio/multipart|debug/\w+)\.py:(?!exhaust_stream$)"  # a decorator
    r"|werkzeug/serving\.py:(?!is_running_from_reloader|<module>|<lambda>)\w*(handle|run|make|serve)"
    r"|setuptools/package_index\.py:"
    r"|:(safe_join|send_from_directory|send_file|parse_cookie|_cookie_parse_impl|edit_file)$"
)
reached = set()
known = {}  # each function's code by its id, so that it is looked at once, and no id comes again

def note(frame, event, _):
    code = frame.f_code
    if event != "call" or id(code) in known:
        return
    known[id(code)] = code
    if code.co_name not in ("<module>", "<lambda>"):
        place = f"{code.co_filename}:{code.co_name}".replace("\\", "/")
        # A class's body runs when its module is imported: that is no call of a method of it.
        if REACHED.search(place) and "__qualname__" not in code.co_names:
            reached.add(place.rpartition("site-packages/")[2])

sys.setprofile(note)
if "--wrong" in sys.argv:
    from werkzeug.formparser import parse_form_data
    from werkzeug.http import parse_cookie
    from werkzeug.security import safe_join
    parse_cookie("a=b")
    safe_join("a", "b")
    body = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--\r\n"
    parse_form_data({"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(body),
                     "CONTENT_TYPE": "multipart/form-data; boundary=x",
                     "CONTENT_LENGTH": str(len(body))})

from app import wsgi

MULTIPART = b"--x\r\nContent-Disposition: form-data; name=definition\r\n\r\nBuy milk\r\n--x--\r\n"
BODIES = {
    "": b"",
    "application/json": b'{"definition": "Buy milk"}',
    "application/x-www-form-urlencoded": b"definition=milk",
    "multipart/form-data; boundary=x": MULTIPART,
}
PATHS = ["/", "/?name=Ada", "/task/", "/task", "/task/1/", "/task/milk/", "/docs/", "/docs/schema",
         "/docs/schema.js", "/static/apistar/css/base.css", "/static/NUL", "/static/CON.txt.html",
         "/static/example/NUL", "/static/..\\app.py", "/static/\\\\server\\share", "/console"]
answered = 0
for path in PATHS:
    for method in ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"):
        for content_type, body in BODIES.items():
            if body and method in ("HEAD", "OPTIONS"):
                continue
            environ = {}
            setup_testing_defaults(environ)
            environ |= {
                "REQUEST_METHOD": method, "PATH_INFO": path.partition("?")[0],
                "QUERY_STRING": path.partition("?")[2], "CONTENT_TYPE": content_type,
                "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
                "HTTP_COOKIE": "a=b; =__Host-c=d", "HTTP_RANGE": "bytes=0-1",
            }
            statuses = []
            result = wsgi(environ, lambda status, headers, *_: statuses.append(status))
            b"".join(result)
            answered += bool(statuses) and not statuses[0].startswith("500")
sys.setprofile(None)
print(json.dumps({"reached": sorted(reached), "answered": answered}))
"""


def watch(chapter: Chapter, folder: Path, *arguments: str) -> tuple[list[str], int]:
    """The functions that were reached, and how many requests were answered."""
    environment = prepare(chapter, current())
    settings = {"DATABASE_URL": f"sqlite:///{folder.as_posix()}/todo.db"}
    program = folder / "watcher.py"
    program.write_text(WATCHER, "utf-8")
    path = str(chapter.folder)
    variables = environment.variables(**settings, PYTHONPATH=path)
    for command in (["-m", "apistar.main", "create_tables"], [program, *arguments]):
        if chapter.has_database or command[0] == program:
            done = subprocess.run(
                [environment.python, *command],
                cwd=chapter.folder,
                env=variables,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    return said["reached"], said["answered"]


@each_chapter
def test_no_request_reaches_what_the_advisories_are_about(chapter: Chapter, tmp_path: Path) -> None:
    reached, answered = watch(chapter, tmp_path)
    assert reached == []
    assert answered > 250


def test_what_is_reached_would_be_seen(tmp_path: Path) -> None:
    reached, _ = watch(CHAPTERS[0], tmp_path, "--wrong")
    names = {place.rpartition(":")[2] for place in reached}
    assert {"parse_cookie", "safe_join", "parse_form_data"} <= names


def test_a_multipart_body_is_refused_at_once(url: str) -> None:
    """At once, and however it is made: many parts, and parts that begin with a line's end."""
    begin = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n"
    for body in (
        (begin + b"b\r\n") * 20_000 + b"--x--\r\n",
        begin + b"\r" + b"a" * 1_000_000 + b"\r\n--x--\r\n",
    ):
        started = time.monotonic()
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        for path in ("/", "/task/"):
            response = httpx.post(url + path, content=body, headers=headers, timeout=20)
            assert response.status_code in (404, 405, 415)
        assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "path",
    [
        "NUL",
        "CON",
        "AUX.txt",
        "CON.txt.html",
        "NUL%20",
        "example/NUL",
        "apistar/NUL",
        "%5c%5ca%5cb",
    ],
)
def test_a_device_of_windows_is_not_a_static_file(url: str, path: str) -> None:
    assert httpx.get(f"{url}/static/{path}", timeout=20).status_code == 404


@each_chapter
def test_only_gunicorn_serves_in_a_container(chapter: Chapter) -> None:
    dockerfile = (chapter.folder / "Dockerfile").read_text("utf-8")
    assert re.findall(r"^CMD (.+)", dockerfile, re.M) == [
        '["gunicorn", "--bind", "0.0.0.0:8080", "app:wsgi"]'
    ]
    for compose in ("docker-compose.yml", os.path.join("..", "..", "docker-compose.yml")):
        assert "apistar run" not in (chapter.folder / compose).read_text("utf-8")
