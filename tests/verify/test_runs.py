"""A page is run as it stands: every lie is found and named with its line."""

import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.verify.conftest import claims, write
from tutorial.proof.report import ChapterReport
from tutorial.proof.run import Options
from tutorial.proof.verify import prove
from tutorial.proof.workspace import PREFIX

Proof = Callable[..., ChapterReport]
TICKS = "```"

SERVER_PY = """
import http.server, signal, sys, time

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/fail":
            print("Traceback (most recent call last):\\n  x\\nKeyError: 1", flush=True)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format, *arguments):
        print("asked for", self.path, flush=True)

def run(port):
    print("starting", flush=True)
    server = http.server.HTTPServer(("127.0.0.1", port), Handler)
    time.sleep(0.1)
    print("running", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("stopping", flush=True)
"""


def console(*lines: str, **attributes: object) -> str:
    words = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return "\n".join([f"{TICKS}console{words}", *lines, TICKS, ""])


def file(title: str, content: str, language: str = "text", more: str = "") -> str:
    return f'{TICKS}{language} title="{title}"{more}\n{content}{TICKS}\n'


def told(report: ChapterReport) -> list[tuple[int, str]]:
    """The lies, their lines counted from the step's first block."""
    return [(fault.line - 4, fault.sentence) for fault in report.faults]


# Files


def test_a_page_that_builds_its_snapshot_is_true(proof: Proof) -> None:
    text = file("a.txt", "one\ntwo\n") + file("a.txt", " one\n-two\n+three\n", "diff")
    report = proof(text, **{"a.txt": "one\nthree\n"})
    assert report.faults == ()
    assert report.complete
    assert report.counts.results["passed"] == 2


def test_the_tree_after_each_step_is_recorded(proof: Proof) -> None:
    text = file("a.txt", "one\n") + "\n## Next\n\n" + file("b/c.txt", "")
    report = proof(text, **{"a.txt": "one\n", "b/c.txt": ""})
    assert [sorted(step.tree) for step in report.steps] == [["a.txt"], ["a.txt", "b/c.txt"]]
    digest, executable = report.steps[0].tree["a.txt"]
    assert (report.contents[digest], executable) == (b"one\n", False)


def test_a_file_that_isnt_as_in_the_snapshot(proof: Proof) -> None:
    report = proof(file("a.txt", "one\n"), **{"a.txt": "One\n"})
    ((line, sentence),) = told(report)
    assert (line, sentence) == (1, "src/01-page/a.txt isn't as in the snapshot")
    assert report.faults[0].detail[-2:] == ("-One", "+one")


def test_a_file_that_the_page_doesnt_make(proof: Proof) -> None:
    ((_, sentence),) = told(proof(file("a.txt", ""), **{"a.txt": "", "b.txt": ""}))
    assert sentence == "src/01-page/b.txt is in the snapshot, but the page doesn't make it"


def test_a_file_that_the_snapshot_lacks(proof: Proof) -> None:
    ((_, sentence),) = told(proof(file("a.txt", "")))
    assert sentence == "src/01-page/a.txt is made by the page, but isn't in the snapshot"


def test_a_run_bit_is_compared(proof: Proof, tmp_path: Path) -> None:
    snapshot = write(tmp_path, "src/01-page/run.sh", "#!/bin/sh\n")
    text = file("run.sh", "#!/bin/sh\n", "sh", " executable")
    ((_, sentence),) = told(proof(text))
    assert "can be run as the page makes it" in sentence
    snapshot.chmod(0o755)
    assert proof(text + console("$ ./run.sh")).faults == ()
    ((_, sentence),) = told(proof(file("run.sh", "#!/bin/sh\n", "sh")))
    assert "can't be run as the page makes it" in sentence


def test_leftovers_and_unmade_files_are_no_part_of_the_tree(proof: Proof) -> None:
    text = file("a.txt", "") + console("$ mkdir .venv __pycache__; touch .venv/x todo.db")
    report = proof(text, **{"a.txt": "", "README.md": "A chapter.\n"})
    assert report.faults == ()
    assert report.unmade == ("README.md",)


def test_a_page_cant_make_what_no_page_makes(proof: Proof) -> None:
    assert "a file that no page makes" in told(proof(file("README.md", "x\n", "markdown")))[0][1]
    assert "is no part of a chapter" in told(proof(file("todo.db", "x\n")))[0][1]


def test_a_change_that_doesnt_apply_names_the_line_on_the_page(proof: Proof) -> None:
    text = file("a.txt", "one\ntwo\n") + file("a.txt", " one\n-three\n", "diff")
    report = proof(text)
    assert told(report) == [(7, "a.txt: the file has no such lines")]
    assert report.faults[0].detail[0] == "expected: three"
    assert not report.complete


def test_a_change_of_a_file_that_isnt_there(proof: Proof) -> None:
    assert told(proof(file("a.txt", "-x\n", "diff"))) == [
        (1, "a.txt is to be changed, but there is no such file")
    ]


def test_an_include_takes_the_snapshots_file(proof: Proof) -> None:
    text = file("a.txt", '--8<-- "src/01-page/a.txt"\n')
    report = proof(text, **{"a.txt": "long\n"})
    assert report.faults == ()
    assert report.counts.roles["include"] == 1


def test_an_include_from_elsewhere(proof: Proof) -> None:
    for source in ("src/02-other/a.txt", "src/01-page/b.txt"):
        ((line, sentence),) = told(proof(file("a.txt", f'--8<-- "{source}"\n')))
        assert line == 2
        assert "includes src/01-page/a.txt" in sentence
    ((_, sentence),) = told(proof(file("a.txt", '--8<-- "src/01-page/a.txt"\n')))
    assert "can't be included: there is no such file" in sentence


def test_shown_blocks_are_counted_with_their_reason(proof: Proof) -> None:
    report = proof(f'{TICKS}python shown="a sketch"\nx\n{TICKS}\n')
    assert [(block.result, block.reason) for block in report.blocks] == [("shown", "a sketch")]


# Terminals


def test_output_is_compared_whole(proof: Proof) -> None:
    report = proof(console("$ seq 3", "1", "2"))
    assert told(report) == [(2, "`seq 3` prints something else")]
    assert report.faults[0].detail == ("expected (-), got (+):", "  1", "  2", "+ 3")


def test_terminals_live_from_block_to_block_each_by_its_name(proof: Proof) -> None:
    text = console("$ X=1; cd /") + console("$ X=2", terminal="other")
    text += console("$ echo $X; pwd", "1", "/") + console(
        "$ echo $X; pwd", "2", "/home/you/todo", terminal="other"
    )
    assert proof(text).faults == ()


def test_elisions_are_counted(proof: Proof) -> None:
    report = proof(console("$ seq 9", "1", "...", "5", "...", "9"))
    assert report.faults == ()
    assert report.counts.elisions == 2


def test_a_command_must_succeed(proof: Proof) -> None:
    text = console("$ false", "$ true")
    assert told(proof(text)) == [(2, "`false` ends with status 1, not 0")]


def test_an_expected_failure_is_proven(proof: Proof) -> None:
    assert proof(console("$ true", "$ (exit 3)", exit=3)).faults == ()
    assert told(proof(console("$ true", exit=3))) == [(2, "`true` ends with status 0, not 3")]
    assert told(proof(console("$ (exit 3)", "$ (exit 3)", exit=3))) == [
        (2, "`(exit 3)` ends with status 3, not 0")
    ]


def test_the_failing_tests_are_named(proof: Proof) -> None:
    output = ["FAILED t.py::one[a, b] - assert 1", "ERROR t.py::two"]
    command = "$ printf '%s\\n' 'FAILED t.py::one[a, b] - assert 1' 'ERROR t.py::two'; (exit 1)"
    block = [command, *output]
    assert proof(console(*block, exit=1, fails="t.py::one[a, b], t.py::two")).faults == ()
    report = proof(console(*block, exit=1, fails="t.py::two,t.py::three"))
    ((line, sentence),) = told(report)
    assert (line, sentence.rpartition(": ")[2]) == (1, "other tests fail than the block names")
    assert report.faults[0].detail[1:] == ("- t.py::three", "+ t.py::one[a, b]")


def test_what_needs_docker_isnt_run_without_an_engine(
    proof: Proof, options: Options, tmp_path: Path
) -> None:
    text = console("$ false", needs="docker")
    assert told(proof(text)) == [(2, "`false` ends with status 1, not 0")]
    without = replace(options, lacking={"docker": "needs Docker: no engine answers"})
    (block,) = prove(claims(tmp_path)[0], without).blocks
    assert (block.result, block.reason) == ("not run", "needs Docker: no engine answers")


def test_a_hanging_command_shows_its_output_so_far(
    proof: Proof, options: Options, tmp_path: Path
) -> None:
    write(tmp_path, "docs/01-page.md", "## Step\n\n" + console("$ echo so far; sleep 60"))
    report = prove(claims(tmp_path)[0], replace(options, timeout=3))
    (fault,) = report.faults
    assert (fault.line, fault.sentence) == (
        4,
        "`echo so far; sleep 60`: the command didn't end within 3 seconds",
    )
    assert fault.detail == ("output so far:", "so far", "")


def test_keep_going_lists_all_lies(proof: Proof, options: Options, tmp_path: Path) -> None:
    text = console("$ echo 1", "2", "$ echo 3", "4") + file("a.txt", "")
    assert [line for line, _ in told(proof(text))] == [2]
    report = prove(claims(tmp_path)[0], replace(options, keep_going=True))
    assert [line for line, _ in told(report)] == [2, 4, 7]


def test_a_run_leaves_no_folder(
    proof: Proof, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    proof(console("$ mkdir -p a/b; false"))
    assert not list(scratch.glob(f"{PREFIX}????????"))


# Servers


@pytest.fixture
def serve(proof: Proof, port: int) -> Callable[..., ChapterReport]:
    """Prove a page that starts a server and then does this."""

    def prove_page(*blocks: str, start: tuple[str, ...] = ("starting", "running")) -> ChapterReport:
        text = file("server.py", SERVER_PY, "python")
        command = f"$ python -c 'import server; server.run({port})'"
        text += console(command, *start, terminal="server", port=port)
        return proof(text + "".join(blocks), **{"server.py": SERVER_PY})

    return prove_page


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for output that never comes: what these servers print, they print at once."""
    monkeypatch.setattr("tutorial.proof.session.QUIET_OTHERWISE", 0.6)
    monkeypatch.setattr("tutorial.proof.session.GRACE", 0.6)


def curl(port: int, path: str = "/") -> list[str]:
    return [f"$ curl -s http://127.0.0.1:{port}{path}", "hello"]


def test_a_server_lives_until_its_terminal_stops_it(serve: Proof, port: int) -> None:
    stop = console("^C", "stopping", terminal="server")
    gone = console(f"$ curl -s http://127.0.0.1:{port}/", exit=7)
    assert serve(console(*curl(port)), stop, gone).faults == ()


def test_a_server_ends_with_the_page(serve: Proof, port: int) -> None:
    assert serve(console(*curl(port))).faults == ()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("start", [(), ("starting",), ("starting", "running", "running")])
def test_what_a_server_prints_at_first_is_compared_whole(
    serve: Proof, start: tuple[str, ...]
) -> None:
    report = serve(start=start)
    assert [fault.sentence.rpartition("` ")[2] for fault in report.faults] == [
        "prints something else"
    ]


def test_what_a_server_prints_later_can_be_shown(serve: Proof, port: int) -> None:
    later = console("asked for /a", terminal="server")
    end = console("asked for /b", "^C", "stopping", terminal="server")
    blocks = (console(*curl(port, "/a")), later, console(*curl(port, "/b")), end)
    assert serve(*blocks).faults == ()


@pytest.mark.usefixtures("hasty")
def test_what_a_server_prints_later_is_compared_whole_where_it_is_shown(
    serve: Proof, port: int
) -> None:
    later = console("asked for /b", terminal="server")
    ((_, sentence),) = told(serve(console(*curl(port, "/a")), later))
    assert sentence == "(output that goes on) prints something else"


@pytest.mark.parametrize("stop", [console("^C", "stopping", terminal="server"), ""])
def test_a_servers_traceback_must_be_shown(serve: Proof, port: int, stop: str) -> None:
    report = serve(console(*curl(port, "/fail")), stop)
    assert "a traceback that the page doesn't show" in report.faults[0].sentence
    assert "KeyError: 1" in report.faults[0].detail
    shown = console("...", "KeyError: 1", "...", terminal="server")
    assert serve(console(*curl(port, "/fail")), shown, stop).faults == ()


def test_a_port_that_is_taken(serve: Proof, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        ((_, sentence),) = told(serve())
    assert sentence.endswith(f"port {port} is taken already, by a program that isn't the page's")


def test_a_server_that_ends_at_once(proof: Proof, port: int) -> None:
    report = proof(console("$ echo oh; (exit 3)", port=port))
    assert told(report) == [
        (2, "`echo oh; (exit 3)`: the command ended, with status 3, instead of going on")
    ]
    assert report.faults[0].detail == ("output so far:", "oh", "")


def test_a_server_that_never_answers(options: Options, tmp_path: Path, port: int) -> None:
    write(tmp_path, "docs/01-page.md", "## Step\n\n" + console("$ sleep 60", port=port))
    (fault,) = prove(claims(tmp_path)[0], replace(options, timeout=0.5)).faults
    assert fault.sentence == f"`sleep 60`: nothing answers on port {port} within 0.5 seconds"


def test_a_terminal_with_a_server_takes_no_command(serve: Proof) -> None:
    ((_, sentence),) = told(serve(console("$ true", terminal="server")))
    assert sentence == "`true`: a command is still running in this terminal"


def test_nothing_to_interrupt(proof: Proof) -> None:
    ((_, sentence),) = told(proof(console("^C")))
    assert sentence == "`^C`: there is nothing to interrupt in this terminal"
    ((_, sentence),) = told(proof(console("output")))
    assert "nothing runs in this terminal" in sentence


def test_a_command_without_a_port_can_be_interrupted_too(proof: Proof) -> None:
    text = console("$ echo on > ~/said; tail -f ~/said", "on", "^C", "$ echo off", "off")
    assert proof(text).faults == ()


# Chapters


def test_a_chapter_begins_with_the_snapshot_before_it(options: Options, tmp_path: Path) -> None:
    write(tmp_path, "src/01-one/a.txt", "one\n").chmod(0o755)
    write(tmp_path, "src/01-one/README.md", "one\n")
    write(tmp_path, "src/02-two/a.txt", "two\n").chmod(0o755)
    write(tmp_path, "docs/02-two.md", "## Step\n" + file("a.txt", "-one\n+two\n", "diff"))
    first, second = claims(tmp_path)
    report = prove(second, options)
    assert report.faults == ()
    assert list(report.start) == ["a.txt"]
    ((_, sentence),) = [(fault.line, fault.sentence) for fault in prove(first, options).faults]
    assert sentence == "docs/01-one.md can't be read: No such file or directory."
    shutil.rmtree(tmp_path / "src/01-one")
    write(tmp_path, "docs/01-one.md", "")
    ((sentence),) = [fault.sentence for fault in prove(second, options).faults]
    assert sentence == "the snapshot that the page begins with, src/01-one, isn't there"


def test_a_page_that_isnt_text(options: Options, tmp_path: Path) -> None:
    write(tmp_path, "docs/01-one.md", "").write_bytes(b"\xff")
    (fault,) = prove(claims(tmp_path)[0], options).faults
    assert str(fault) == "docs/01-one.md:1: docs/01-one.md can't be read: it isn't UTF-8."
