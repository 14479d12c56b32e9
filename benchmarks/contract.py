"""What is measured must be the same: checked before anything is measured."""

import subprocess

import httpx

from benchmarks.load import KINDS, Kind
from benchmarks.peer import CHAPTER, PEERS, THE_CHAPTER, Peer, serve
from benchmarks.table import Tables
from tutorial.errors import TutorialError

# The chapter's own tests of what a peer must do to be measured. The others are about what is
# refused: how strictly, and in which words, is each framework's own.
TESTS = {
    "test_contract.py": (
        "test_a_new_task_is_not_completed",
        "test_each_new_task_has_a_larger_id",
        "test_the_list_has_the_tasks_by_id",
        "test_a_task_can_be_read",
        "test_a_task_can_be_deleted",
        "test_the_id_of_a_deleted_task_is_not_used_again",
        "test_a_task_can_be_changed",
        "test_the_list_can_be_of_completed_tasks_only",
        "test_a_definition_may_have_any_other_character",
    ),
    "test_pages.py": (
        "test_the_pages_have_each_task_once_and_in_order",
        "test_the_pages_keep_the_filter",
        "test_a_page_has_at_most_100_tasks",
        "test_a_deleted_task_moves_no_other",
        "test_the_last_page_may_be_full",
    ),
}
# At this size a page is full, and the answers have a link to the next.
SIZE = 1_000
# Each kind twice: what has been changed must be seen by who asks again.
ASKED = (*KINDS, *KINDS)


def check(tables: Tables) -> int:
    """Each peer keeps the contract, and all answer alike; gives the number of tests that it took.

    Raises TutorialError where one doesn't.
    """
    passed = [keeps_contract(peer, tables.fresh(0)) for peer in PEERS]
    first, *others = PEERS
    expected = answers(first, tables.fresh(SIZE))
    for peer in others:
        found = answers(peer, tables.fresh(SIZE))
        for kind, answer, wanted in zip(ASKED, found, expected, strict=True):
            if answer != wanted:
                raise TutorialError(
                    f"{kind.title}: {peer.title} answers {answer}, and {first.title} {wanted}."
                )
    return min(passed)


def keeps_contract(peer: Peer, database_url: str) -> int:
    """Run the chapter's tests against a peer on an empty table; gives how many passed."""
    names = [f"tests/{file}::{test}" for file, tests in TESTS.items() for test in tests]
    environment = THE_CHAPTER.environment()
    with serve(peer, database_url) as server:
        done = subprocess.run(
            [environment.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *names],
            cwd=CHAPTER.folder,
            # The peer's own database: the tests empty the table after each of them.
            env=environment.variables(API_URL=server.url, TEST_DATABASE_URL=database_url),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    if done.returncode != 0:
        raise TutorialError(f"{peer.title} doesn't keep the contract:\n{done.stdout}")
    return int(done.stdout.splitlines()[-1].split()[0])


def answers(peer: Peer, database_url: str) -> list[tuple[object, ...]]:
    """A peer's answers to what is asked, on a table that nobody has changed before."""
    with serve(peer, database_url) as server:
        return [answer(server.url, kind) for kind in ASKED]


def answer(url: str, kind: Kind) -> tuple[object, ...]:
    """An answer's status, type, body and link, read as a client reads them."""
    headers = {"Content-Type": "application/json"} if kind.body else {}
    given = httpx.request(
        kind.method,
        url + kind.path.replace("{id}", "7"),
        content=kind.body,
        headers=headers,
        timeout=30,
        trust_env=False,
    )
    following = given.links.get("next", {}).get("url")
    parameters = sorted(httpx.URL(following).params.items()) if following else None
    return given.status_code, given.headers["Content-Type"], given.json(), parameters
