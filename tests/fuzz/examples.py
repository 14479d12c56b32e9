"""Strategies: what Hypothesis makes bodies, headers, paths and queries from."""

import json
from typing import Any
from urllib.parse import quote, quote_from_bytes

from hypothesis import strategies as st

# Any code point, halves of surrogate pairs as well, which JSON can write and a database can't keep.
any_text = st.text(st.characters(codec=None, categories=None), max_size=20)
# The characters that have broken something somewhere.
odd_text = st.sampled_from(
    [
        "",
        " ",
        "\t\n",
        "\0",
        "a\0b",
        "\x1c",
        "\x85",
        "\u200b",
        "\u202e",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\ud800",
        "\udfff",
        "\U0001f95b",
        "e\u0301",
        "ﷺ" * 20,
        "x" * 128,
        "x" * 129,
        " " * 200 + "x",
        "牛" * 128,
        "'; DROP TABLE task; --",
        "%s %(id)s {0} ${jndi:x}",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "null",
        "true",
        "1e400",
        "\r\nX-Header: 1",
    ]
)
texts = st.one_of(any_text, odd_text)

integers = st.one_of(
    st.integers(),
    st.sampled_from([0, 1, -1, 2**31 - 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**100]),
)
scalars = st.one_of(st.none(), st.booleans(), integers, st.floats(), texts)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=10,
)

names = st.one_of(st.sampled_from(["definition", "completed", "id", "task_id", "data"]), texts)
good_definitions = st.text(st.characters(codec="utf-8"), min_size=1, max_size=130)
definitions = st.one_of(good_definitions, good_definitions, texts, values)
completeds = st.one_of(st.booleans(), st.booleans(), st.sampled_from(["true", "True", "1"]), values)


@st.composite
def members(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """The members of an object; one name may come twice."""
    found = []
    if draw(st.integers(0, 9)):
        found.append(("definition", draw(definitions)))
    if not draw(st.integers(0, 3)):
        found.append(("completed", draw(completeds)))
    if not draw(st.integers(0, 4)):
        found += draw(st.lists(st.tuples(names, values), max_size=3))
    return draw(st.permutations(found))


@st.composite
def objects(draw: st.DrawFn) -> bytes:
    """A JSON object, written in one of the ways in which it can be written."""
    ascii_only = draw(st.booleans())
    space = draw(st.sampled_from(["", " ", "\n\t"]))
    written = (
        f"{json.dumps(name, ensure_ascii=ascii_only)}{space}:"
        f"{json.dumps(value, ensure_ascii=ascii_only)}"
        for name, value in draw(members())
    )
    text = f"{space}{{{space}{f',{space}'.join(written)}}}{space}"
    return text.encode("utf-8", "surrogatepass")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """What is left of a JSON object when a few bytes of it have changed."""
    body = bytearray(draw(objects()))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(body)))
        body[place : place + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(body)


@st.composite
def deep(draw: st.DrawFn) -> bytes:
    """Nested as deep as nobody nests."""
    depth = draw(st.sampled_from([10, 500, 990, 1000, 5000, 10_000]))
    opening, closing = draw(st.sampled_from([(b"[", b"]"), (b'{"a":', b"}")]))
    body = opening * depth + (b"1" + closing * depth if draw(st.booleans()) else b"")
    return b'{"definition": ' + body + b"}" if draw(st.booleans()) else body


@st.composite
def big_numbers(draw: st.DrawFn) -> bytes:
    """A number with so many digits, or such an exponent, that it is none for most programs."""
    digits = draw(st.sampled_from([10, 100, 4300, 4301, 20_000]))
    number = draw(
        st.sampled_from(
            [b"9" * digits, b"-" + b"9" * digits, b"1e%d" % digits, b"0." + b"1" * digits]
        )
    )
    return b'{"definition": %s}' % number


@st.composite
def encoded_otherwise(draw: st.DrawFn) -> bytes:
    """A good object in an encoding that isn't UTF-8, or with a byte order mark."""
    text = '{"definition": "Milch für Ägypten"}'
    return text.encode(draw(st.sampled_from(["utf-16", "utf-32", "latin-1", "utf-8-sig", "cp037"])))


@st.composite
def about_64_kib(draw: st.DrawFn) -> bytes:
    """A good object that is filled up to about the largest size that is read."""
    size = draw(st.sampled_from([65_535, 65_536, 65_537, 70_000]))
    return draw(st.sampled_from([b'{"definition": "x"}', b'["x"]', b"{"])).ljust(size)


bodies = st.one_of(
    objects(),
    objects(),
    objects(),
    damaged(),
    deep(),
    big_numbers(),
    encoded_otherwise(),
    about_64_kib(),
    st.binary(max_size=50),
    values.map(lambda value: json.dumps(value).encode()),
)

# What a content type may be, and the media type in it.
JSON_TYPE = "application/json"
content_types = st.one_of(
    *[st.just((JSON_TYPE, JSON_TYPE))] * 5,
    st.sampled_from(
        [
            ("application/json; charset=utf-8", JSON_TYPE),
            ("application/json;charset=UTF-8", JSON_TYPE),
            ("application/json; a=b; c", JSON_TYPE),
            ("", ""),
            ("text/plain", "text/plain"),
            ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
            ("multipart/form-data; boundary=x", "multipart/form-data"),
            ("multipart/form-data", "multipart/form-data"),
            ("application/json2", "application/json2"),
            ("application/jsonl, application/json", "application/jsonl"),
            ("application/problem+json", "application/problem+json"),
            ("*/*", "*/*"),
            (";", ""),
            ("=", "="),
        ]
    ),
)

task_ids = st.one_of(
    st.integers(1, 2**31 - 1).map(str),
    st.sampled_from(["0", "-1", "01", "1.5", "1e3", "2147483647", "2147483648", "9" * 1500, "+1"]),
    st.sampled_from(
        ["½", "\u0661", "1 ", " 1", "1\n", "0x1", "1_0", "a", "NaN", "..", "%", "é", "\0"]
    ),
    st.text(min_size=1, max_size=10),
)


@st.composite
def percent_encoded(draw: st.DrawFn, text: str) -> str:
    """The text as a part of a URL, where more or fewer of its characters are encoded."""
    data = text.encode("utf-8", "surrogatepass")
    safe = draw(st.sampled_from(["", ".-_~!$'()*,;:@", ".-_~"]))
    if draw(st.booleans()):
        return quote_from_bytes(data, safe)
    # A line that is longer than gunicorn reads is no request: that is tested elsewhere.
    digits = draw(st.sampled_from("xX"))
    return "".join(f"%{byte:02{digits}}" for byte in data[:1000])


segments = st.one_of(
    st.sampled_from(
        ["task", "task", "docs", "static", "schema", "apistar", "1", "0", "", ".", "..", "%2e%2e"]
    ),
    st.sampled_from(["%2F", "%00", "%FF", "%0d%0a", "%", "%zz", "%C0%AF", "%5c", "~", "task;a=1"]),
    st.text(max_size=8).map(lambda text: quote(text, safe="")),
    st.binary(max_size=8).map(quote_from_bytes),
)
paths = st.one_of(
    st.lists(segments, max_size=5).map(lambda parts: "/" + "/".join(parts)),
    st.lists(segments, max_size=4).map(lambda parts: "/task/" + "/".join(parts) + "/"),
)

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "MILK"]
methods = st.sampled_from(METHODS)

parameter_values = {
    "completed": st.one_of(st.sampled_from(["true", "false"]), texts),
    "limit": st.one_of(
        st.integers(-1, 102).map(str), st.sampled_from(["1", "100", "101", "01", "1.5", ""]), texts
    ),
    "after": st.one_of(st.integers(1, 2**31 - 1).map(str), task_ids, texts),
}


@st.composite
def parameters(draw: st.DrawFn) -> list[tuple[str, str]]:
    """A query's parameters, in any order; one may come twice, and some mean nothing."""
    found = []
    for name in draw(st.lists(st.sampled_from(sorted(parameter_values)), max_size=4)):
        found.append((name, draw(parameter_values[name])))
    if draw(st.booleans()):
        found.append((draw(texts), draw(texts)))
    return draw(st.permutations(found))


@st.composite
def headers(draw: st.DrawFn) -> list[tuple[bytes, bytes]]:
    """Headers that no API knows: any name that is one, any value that a line can hold."""
    token = st.text("!#$%&'*+-.^`|~0123456789abcXYZ", min_size=1, max_size=20)
    name = st.one_of(
        token.map(lambda text: f"X-{text}"),
        st.sampled_from(
            [
                "Accept",
                "Accept-Charset",
                "Accept-Encoding",
                "Accept-Language",
                "Authorization",
                "Cookie",
                "If-Match",
                "If-Modified-Since",
                "If-None-Match",
                "Origin",
                "Range",
                "Referer",
                "User-Agent",
                "X-Forwarded-For",
                "X-Forwarded-Host",
                "X-HTTP-Method-Override",
            ]
        ),
    )
    value = st.one_of(
        st.binary(max_size=60).map(
            lambda data: bytes(byte for byte in data if byte == 9 or 32 <= byte != 127)
        ),
        st.sampled_from([b"", b"*/*", b"a=b; =c; ;d", b"bytes=0-", b"milk" * 1000, b"\xff\xfe"]),
    )
    return [
        (word.encode(), data.strip(b" \t"))
        for word, data in draw(st.lists(st.tuples(name, value), max_size=12))
    ]
