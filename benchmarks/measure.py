"""The rounds: every peer in turn, at every size, with every kind of request."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks import load
from benchmarks.load import KINDS, Kind
from benchmarks.peer import PEERS, Peer, Server, serve
from benchmarks.table import Tables

Say = Callable[[str], None]

# Where the busier worker did more of the work, a measurement shows one worker, and is made anew.
EVEN = 0.75


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sizes: Sequence[int] = (10, 1_000, 100_000)
    rounds: int = 3
    seconds: int = 2
    warm_up: int = 1
    connections: int = 32
    attempts: int = 4


@dataclass(frozen=True)
class Found:
    """What the rounds have found, each number as it was measured."""

    requests: list[dict[str, Any]]
    servers: list[dict[str, Any]]


def measure(tables: Tables, plan: Plan, say: Say, peers: Sequence[Peer] = PEERS) -> Found:
    """Every peer, interleaved: what disturbs the machine for a while disturbs each of them."""
    found = Found([], [])
    for round_ in range(1, plan.rounds + 1):
        for size in plan.sizes:
            for peer in rotated(peers, round_ - 1):
                turn = {"round": round_, "peer": peer.name, "size": size}
                with serve(peer, tables.fresh(size)) as server:
                    said = []
                    for kind, answers in ask(server, size, plan):
                        found.requests.append({**turn, "kind": kind.name, **answers})
                        said.append(f"{kind.name} {answers['rate']:,.0f}/s")
                    found.servers.append({**turn, **about(server)})
                where = f"round {round_} of {plan.rounds}, {size:,} tasks"
                say(f"{where}: {peer.title}: {', '.join(said)}")
    return found


def rotated(peers: Sequence[Peer], by: int) -> Sequence[Peer]:
    """Another one begins in each round."""
    by %= len(peers)
    return [*peers[by:], *peers[:by]]


def ask(server: Server, size: int, plan: Plan) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """Each kind of request in turn; how evenly the workers shared it is noted too."""
    workers = server.workers()
    if plan.warm_up:  # so that the connections with the database are there
        first = KINDS[0]
        load.run(server.url + first.path, first, size, plan.connections, plan.warm_up)
    for kind in KINDS:
        url = server.url + kind.path
        # Who accepts a connection first keeps it, and at times that is one process for all of them.
        for _ in range(plan.attempts):
            before = [sum(worker.cpu_times()[:2]) for worker in workers]
            answers = load.run(url, kind, size, plan.connections, plan.seconds)
            spent = [
                sum(worker.cpu_times()[:2]) - earlier
                for worker, earlier in zip(workers, before, strict=True)
            ]
            share = max(spent) / (sum(spent) or 1)
            if share <= EVEN:
                break
        yield kind, {**asdict(answers), "busiest_worker": round(share, 3)}


def about(server: Server) -> dict[str, Any]:
    """How long it took to start, and what its workers hold after the load, in MB."""
    held = [worker.memory_full_info().uss / 2**20 for worker in server.workers()]
    return {
        "start_seconds": round(server.started_in, 3),
        "worker_megabytes": [round(megabytes, 1) for megabytes in held],
    }
