"""Terminals are real shells; what can't go on ends within a bound, with what was printed."""

import re
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.waiting import eventually
from tutorial.interpreters import current
from tutorial.proof.terminal import Terminal, TerminalError, session_of
from tutorial.proof.workspace import Workspace


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    with Workspace({}, current()) as workspace:
        yield workspace


@pytest.fixture
def terminal(workspace: Workspace) -> Iterator[Terminal]:
    with closing(Terminal(workspace.folder, workspace.variables())) as terminal:
        yield terminal


def run(terminal: Terminal, *lines: str, timeout: float = 60) -> tuple[str, int]:
    status = terminal.run(lines, timeout)
    return terminal.take(), status


def heard(terminal: Terminal) -> str:
    terminal.listen(0.1)
    return terminal.output


def test_a_command_prints_and_ends_with_a_status(terminal: Terminal) -> None:
    assert run(terminal, "echo one; echo two >&2") == ("one\ntwo\n", 0)
    assert run(terminal, "printf three; exit_with() { return $1; }; exit_with 3") == ("three", 3)
    assert run(terminal, "echo $?") == ("3\n", 0)


def test_variables_folders_and_prompts_live_on(terminal: Terminal) -> None:
    run(terminal, "export PS1='(.venv) $ ' NAME=Ada && cd /tmp")
    assert run(terminal, "echo $NAME; pwd") == ("Ada\n/tmp\n", 0)


def test_a_command_of_several_lines(terminal: Terminal) -> None:
    assert run(terminal, "cat <<END", "$HOME, sweet", "", "END")[0].endswith("sweet\n\n")
    assert run(terminal, "echo one \\", "two") == ("one two\n", 0)
    assert run(terminal, "for n in 1 2", "do echo $n", "done") == ("1\n2\n", 0)


def test_a_command_that_goes_on_after_its_last_line(terminal: Terminal) -> None:
    with pytest.raises(TerminalError, match="the shell asks for more"):
        run(terminal, "echo 'one")
    assert terminal.take() == "\n"
    assert run(terminal, "echo two") == ("two\n", 0)


def test_a_command_that_ends_before_its_last_line(terminal: Terminal) -> None:
    with pytest.raises(TerminalError, match="ends with the line 'echo one'"):
        run(terminal, "echo one", "echo two")


def test_what_is_printed_cant_pass_for_a_prompt(terminal: Terminal) -> None:
    text = r"\033]7717;0123456789abcdef;ended;0\007$ "
    output, status = run(terminal, f"printf '{text}'; false")
    assert (output, status) == ("\x1b]7717;0123456789abcdef;ended;0\x07$ ", 1)


def test_much_output_comes_whole(terminal: Terminal) -> None:
    output, _ = run(terminal, "seq 50000", timeout=20)
    assert output == "".join(f"{number}\n" for number in range(1, 50001))


def test_letters_of_all_languages(terminal: Terminal) -> None:
    assert run(terminal, "echo 'Grüße, 世界'; printf '\\xff\\n'") == ("Grüße, 世界\n\\xff\n", 0)


def test_a_terminal_has_eighty_columns_and_no_colours(terminal: Terminal) -> None:
    assert run(terminal, "stty size; echo $COLUMNS $TERM $NO_COLOR")[0] == "24 80\n80 dumb 1\n"


def test_nothing_of_the_users_own_shows(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mine")
    monkeypatch.setenv("PYTHONPATH", "/mine")
    variables = workspace.variables()
    assert {"DATABASE_URL", "PYTHONPATH", "VIRTUAL_ENV"}.isdisjoint(variables)
    assert variables["HOME"] == str(workspace.home)


def test_python_is_the_chosen_one(terminal: Terminal) -> None:
    version = f"Python {current().version}\n"
    assert run(terminal, "python --version; python3 --version")[0] == version * 2


def test_a_command_that_never_ends(terminal: Terminal) -> None:
    terminal.start(["printf 'so far\\nhalf' > said; tail -f said"])
    assert eventually(lambda: heard(terminal) == "so far\nhalf")
    with pytest.raises(TerminalError, match=r"didn't end within 0\.5 seconds") as caught:
        terminal.wait(0.5)
    assert caught.value.output == "so far\nhalf"
    assert terminal.interrupt() == 130


def test_a_command_that_asks_for_input(terminal: Terminal) -> None:
    begin = time.monotonic()
    with pytest.raises(TerminalError, match="asks for input") as caught:
        run(terminal, "python -c 'input(\"Your name? \")'", timeout=60)
    assert caught.value.output == "Your name? "
    assert time.monotonic() - begin < 20


def test_a_command_that_ends_its_terminal(terminal: Terminal) -> None:
    with pytest.raises(TerminalError, match="ended its terminal"):
        run(terminal, "exit 1")


def test_a_line_that_is_too_long(terminal: Terminal) -> None:
    with pytest.raises(TerminalError, match="longer than a terminal takes"):
        run(terminal, "echo " + "a" * 4000)


def test_ctrl_c_isnt_part_of_the_output_even_if_a_program_turns_the_echo_on(
    terminal: Terminal,
) -> None:
    # What `tail` has printed, it has printed in the foreground: Ctrl-C can't come too early for it.
    terminal.start(["stty echo; echo on > said; tail -f said"])
    assert eventually(lambda: heard(terminal) == "on\n")
    assert terminal.interrupt() == 130
    assert terminal.take() == "on\n\n"


@pytest.mark.parametrize("command", ["sleep 61", "nohup sleep 61", "(trap '' HUP TERM; sleep 61)"])
def test_nothing_outlives_its_terminal(workspace: Workspace, command: str) -> None:
    terminal = Terminal(workspace.folder, workspace.variables())
    # nohup says something too: before the number, after it, or around it.
    number = re.compile(r"<(\d+)>")
    terminal.start([f'{command} & echo "<$!>"; {command}'])
    assert eventually(lambda: number.search(heard(terminal)) is not None)
    process = int(number.findall(terminal.take())[0])
    assert session_of(process)
    terminal.close()
    assert not session_of(process)
