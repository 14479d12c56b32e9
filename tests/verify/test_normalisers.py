"""Each normaliser forgives what its description says, and nothing beside it."""

import pytest

from tutorial.normalisers import NORMALISERS, normalise

BY_NAME = {normaliser.name: normaliser for normaliser in NORMALISERS}

FORGIVEN = [
    ("final newline", "one\ntwo", "one\ntwo\n"),
    ("folder", "/tmp/tutorial-a1b2_3c4/home/you/todo", "/home/you/todo"),
    ("folder", "/private/var/x/tutorial-a1b2_3c4/tmp/x", "/tmp/x"),
    (
        "Python's folder",
        '"/opt/py/3.11/lib/python3.11/json/x.py"',
        '"/usr/lib/python3.11/json/x.py"',
    ),
    ("bold, colour and links", "\x1b[1mDate\x1b[0m: x", "Date: x"),
    ("bold, colour and links", "\x1b]8;;http://a/\x1b\\/task/\x1b]8;;\x1b\\", "/task/"),
    ("overwritten line", "collecting ... \rcollected 3 items   ", "collected 3 items"),
    ("overwritten line", "abcdef\rxy", "xycdef"),
    ("duration", "===== 3 passed in 0.12s =====", "==== 3 passed in 61.40s (0:01:01) ===="),
    ("duration", "3 passed in 0.12s", "3 passed in 2s"),
    ("date", '[22/Nov/2026 16:28:01] "GET /"', '[01/Jan/2017 00:00:00] "GET /"'),
    ("date", "[2026-11-22 16:28:01 +0000] [", "[2017-01-01 00:00:00 +0000] ["),
    ("date", "Date: Sun, 22 Nov 2026 16:28:01 GMT", "Date: Sun, 01 Jan 2017 00:00:00 GMT"),
    ("Python version", "Python 3.11.7, x", "Python 3.13.0, x"),
    ("Python version", "Python/3.11.7", "Python/3.12"),
    ("Python version", "lib/python3.11/x.cpython-311.pyc", "lib/python3.12/x.cpython-312.pyc"),
    ("pytest's plugins", "a\nplugins: typeguard-4.3.0\nb", "a\nb"),
    ("pytest's plugins", "plugins: a-1.0, b_c-2.1\n", ""),
    ("process id", "+0000] [123] [INFO] x", "+0000] [9] [INFO] x"),
    ("process id", "Booting worker with pid: 123", "Booting worker with pid: 4"),
    ("debugger PIN", "Debugger PIN: 123-456-789", "Debugger PIN: 987-654-321"),
    ("memory address", "<View object at 0x7f12ab34cd56>", "<View object at 0x10a2b3c4d>"),
]

NOT_FORGIVEN = [
    ("one\n", "one\n\n"),
    ("one", "one "),
    ("/tmp/tutorial-a1b2_3c4/etc", "/etc"),
    ("abc\rx", "xy"),
    ("===== 3 passed in 0.12s =====", "===== 4 passed in 0.12s ====="),
    ("3 passed in 0.12s", "3 failed in 0.12s"),
    ("lives in 3s houses", "lives in 4s houses"),
    ("2026-11-22", "2017-01-01"),
    ('[22/Nov/2026 16:28:01] "GET /"', '[22/Nov/2026 16:28:01] "PUT /"'),
    ("Python 2.7", "Python 3.7"),
    ("python3.11 x", "python x"),
    ("pytest-9.2.0", "pytest-9.2.1"),
    ("plugins: none of them", ""),
    ("[123] items", "[124] items"),
    ("PIN: 123-456-789", "PIN: 987-654-321"),
    ("0x7f12ab34cd56", "0x10a2b3c4d"),
    ('.venv/lib/python3.11/site-packages/a.py"', '/usr/lib/python3.11/site-packages/a.py"'),
    ("\x1b[2Jx", "x"),
]


@pytest.mark.parametrize(("name", "one", "other"), FORGIVEN)
def test_what_a_normaliser_forgives(name: str, one: str, other: str) -> None:
    assert BY_NAME[name](one) == BY_NAME[name](other)
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), NOT_FORGIVEN)
def test_what_none_of_them_forgives(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize("name", BY_NAME)
def test_each_is_named_described_and_needed(name: str) -> None:
    assert BY_NAME[name].description.endswith(".")
    assert name in {forgiven for forgiven, _, _ in FORGIVEN}


@pytest.mark.parametrize("text", [text for row in FORGIVEN for text in row[1:]])
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
