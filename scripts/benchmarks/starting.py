"""A cold start of `avrop serve` on a long log: to the first balance, and to the first order."""

import json
from collections.abc import Iterator

from benchmarks import serving
from benchmarks.answering import BALANCE, PATH
from benchmarks.ledgers import BODY, Filled, sign
from benchmarks.measure import Block, Row, Target, row, spaced
from benchmarks.surroundings import Surroundings

TARGET = Target(of="seconds", at_most=2.0)


def measure(around: Surroundings, database: str) -> Iterator[Row]:
    long = around.filled(database, around.sizes.many)
    short = _one_agreement(around, database)
    balances, orders = [], []
    with around.progress(f"{database}: cold starts") as tell:
        for number in range(around.sizes.rounds):
            balance, order = _start(around, long)
            short_balance, short_order = _start(around, short)
            balances.append(Block(ours=balance, baseline=short_balance))
            orders.append(Block(ours=order, baseline=short_order))
            tell(number + 1, around.sizes.rounds)
    events = f"{spaced(long.position)} events"
    for name, what, blocks in (
        ("start, balance", f"start to a balance, {events}", balances),
        ("start, order", f"start to an order placed, {events}", orders),
    ):
        yield row(name, database, what, "the same, 1 event", "s", TARGET, blocks)


def _one_agreement(around: Surroundings, database: str) -> Filled:
    address = around.address(database)
    with around.ledger(address) as ledger:
        token = sign(ledger)
        return Filled(address, token, ledger.views.catch_up())


def _start(around: Surroundings, filled: Filled) -> tuple[float, float]:
    """Seconds from the command to an answer with the balance, and to an order that was placed."""
    headers = {
        "Authorization": f"Bearer {filled.token}",
        "Content-Type": "application/json",
    }
    with serving.avrop(filled.address, around.folder) as server:
        balance = server.wait_for(BALANCE, headers)
        return balance, server.wait_for(PATH, headers, json.dumps(BODY).encode())
