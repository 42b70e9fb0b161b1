"""What does not grow with an agreement: the cost of the next order, and of reading the balance."""

import contextlib
from collections.abc import Iterator

from benchmarks.ledgers import BY, NUMBER, PLACE
from benchmarks.measure import Row, Target, paired, row, spaced
from benchmarks.surroundings import Surroundings
from ledger.web import create_app


def measure_orders(around: Surroundings, database: str) -> Iterator[Row]:
    few, many = around.sizes.few, around.sizes.many
    with contextlib.ExitStack() as stack:
        ledgers = [
            stack.enter_context(around.ledger(around.filled(database, orders).address))
            for orders in (many, few)
        ]
        tell = stack.enter_context(around.progress(f"{database}: order {many} beside {few}"))
        blocks = paired(
            lambda: ledgers[0].service.execute(PLACE, BY),
            lambda: ledgers[1].service.execute(PLACE, BY),
            blocks=around.sizes.blocks,
            calls=around.sizes.calls,
            tell=tell,
        )
    yield row(
        "growth",
        database,
        f"order {spaced(many)} on an agreement",
        f"order {few} on an agreement",
        "ms",
        Target(at_most=1.1),
        blocks,
    )


def measure_balance(around: Surroundings, database: str) -> Iterator[Row]:
    few, many = around.sizes.few, around.sizes.many
    with contextlib.ExitStack() as stack:
        readers = []
        for orders in (many, few):
            filled = around.filled(database, orders)
            ledger = stack.enter_context(around.ledger(filled.address))
            readers.append(_reader(create_app(ledger=ledger).test_client(), filled.token))
        tell = stack.enter_context(around.progress(f"{database}: reading a balance"))
        blocks = paired(
            readers[0],
            readers[1],
            blocks=around.sizes.blocks,
            calls=around.sizes.calls,
            tell=tell,
        )
    yield row(
        "balance",
        database,
        f"a balance with {spaced(many)} orders",
        f"a balance with {few} orders",
        "ms",
        Target(at_most=1.1),
        blocks,
    )


def _reader(client, token):
    headers = {"Authorization": f"Bearer {token}"}

    def read() -> None:
        answer = client.get(f"/api/v1/agreements/{NUMBER}/balance", headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"the balance was answered with {answer.status}")

    return read
