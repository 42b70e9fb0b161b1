"""Placing orders over HTTP, many clients on one agreement, against an empty Flask answer."""

import json
from collections.abc import Iterator

from benchmarks import serving
from benchmarks.ledgers import BODY, NUMBER, sign
from benchmarks.load import Answered, load, prepared
from benchmarks.measure import Block, Row, Target, row
from benchmarks.surroundings import Surroundings

TARGETS = {"postgresql": Target(at_least=0.35), "sqlite": Target(at_least=0.4)}
PATH = f"/api/v1/agreements/{NUMBER}/orders"
BALANCE = f"/api/v1/agreements/{NUMBER}/balance"


def measure(around: Surroundings, database: str) -> Iterator[Row]:
    address = around.address(database)
    with around.ledger(address) as ledger:
        headers = {"Authorization": f"Bearer {sign(ledger)}"}
    message = prepared(PATH, headers, json.dumps(BODY).encode())
    clients, rounds = around.sizes.clients, around.sizes.rounds
    blocks, shares = [], []
    with (
        serving.avrop(address, around.folder) as ours,
        serving.empty(address, around.folder) as empty,
        around.progress(f"{database}: {clients} clients over HTTP") as tell,
    ):
        ours.wait_for(BALANCE, headers)
        empty.wait_for("/")
        for number in range(-1, rounds):
            answers = []
            for server in (ours, empty):
                answers.append(
                    load(server.port, message, clients=clients, seconds=around.sizes.seconds)
                )
                _all_placed(answers[-1])
                # Read models are brought up to date, so that nothing of ours runs in its turn.
                ours.ask(BALANCE, headers)
            if number >= 0:  # the one before warms both up
                blocks.append(Block(ours=_cost(answers[0]), baseline=_cost(answers[1])))
                shares.append(answers[1].client)
            tell(number + 1, rounds)
    yield row(
        "http",
        database,
        f"an order placed over HTTP, {clients} clients",
        "an empty Flask answer",
        "requests/s",
        TARGETS[database],
        blocks,
        remark=f"at the baseline the clients took {max(shares):.0%} of one processor",
    )


def _cost(answered: Answered) -> float:
    return answered.seconds / answered.requests


def _all_placed(answered: Answered) -> None:
    if set(answered.statuses) != {201}:
        raise RuntimeError(f"not every order was placed; answers by status: {answered.statuses}")
