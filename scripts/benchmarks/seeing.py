"""What does not grow: what is seen of an agreement with ten times the facts, on a day and as known
at a moment; and what a caller sees who is party to a hundred times as many agreements."""

import contextlib
from collections.abc import Callable, Iterator

from sqlalchemy import func, select

from benchmarks.ledgers import BUYER, NUMBER, STREAM, numbered
from benchmarks.measure import Row, Target, paired, row, spaced
from benchmarks.surroundings import Surroundings
from ledger import people
from ledger.opening import Ledger
from ledger.projections.database import timeline
from ledger.projections.then import moment
from ledger.web import create_app

FACTS = {
    "a balance as of a day": f"/agreements/{NUMBER}/balance?as_of=2023-12-31",
    "a balance as known at a moment": f"/agreements/{NUMBER}/balance?known_at={{then}}",
    "a figure explained": f"/agreements/{NUMBER}/balance/explain?figure=reserved",
    "a figure explained, as known then": (
        f"/agreements/{NUMBER}/balance/explain?figure=reserved&known_at={{then}}"
    ),
}
"""What is asked, and where; the moment is when half of the agreement's facts were known."""
AGREEMENTS = {
    "an agreement": f"/agreements/{numbered(50)}",
    "its balance": f"/agreements/{numbered(50)}/balance",
    "the list of agreements": "/agreements?limit=20",
    "the list of orders": "/orders?limit=5",
}


def measure_facts(around: Surroundings, database: str) -> Iterator[Row]:
    few, many = around.sizes.facts
    with contextlib.ExitStack() as stack:
        filled = [around.filled(database, orders) for orders in (many, few)]
        opened = [stack.enter_context(around.ledger(one.address)) for one in filled]
        clients = list(map(_client, opened))
        thens = list(map(_half, opened))
        for what, path in FACTS.items():
            with around.progress(f"{database}: {what}") as tell:
                blocks = paired(
                    *(
                        _asking(client, path.format(then=then))
                        for client, then in zip(clients, thens, strict=True)
                    ),
                    blocks=max(2, around.sizes.blocks // 2),
                    calls=max(3, around.sizes.calls // 3),
                    tell=tell,
                )
            told = f"{what}, {spaced(many)} facts", f"{spaced(few)} facts"
            yield row("facts", database, *told, "ms", Target(at_most=1.3), blocks)


def measure_agreements(around: Surroundings, database: str) -> Iterator[Row]:
    few, many = around.sizes.agreements
    with contextlib.ExitStack() as stack:
        opened = [
            stack.enter_context(around.ledger(around.with_agreements(database, count).address))
            for count in (many, few)
        ]
        clients = list(map(_client, opened))
        for what, path in AGREEMENTS.items():
            with around.progress(f"{database}: {what} of many") as tell:
                blocks = paired(
                    *(_asking(client, path) for client in clients),
                    blocks=max(2, around.sizes.blocks // 2),
                    calls=max(3, around.sizes.calls // 3),
                    tell=tell,
                )
            told = f"{what}, the caller party to {spaced(many)}", f"to {spaced(few)}"
            yield row("agreements", database, *told, "ms", Target(at_most=1.3), blocks)


def _client(ledger: Ledger):
    """A program of the buyer, which may be told of every fact behind a figure."""
    token = people.let_in(ledger.service, ledger.registry, "Seeing", BUYER, ("finance", "orderer"))
    return create_app(ledger=ledger).test_client(), {"Authorization": f"Bearer {token}"}


def _half(ledger: Ledger) -> str:
    """The moment at which half of an agreement's facts were known, as an address says it."""
    ledger.views.catch_up()
    t = timeline.c
    with ledger.views.database.reading() as connection:
        newest = connection.execute(select(func.max(t.version)).where(t.stream == STREAM)).scalar()
        of = select(t.recorded_at).where(t.stream == STREAM, t.version == newest // 2)
        then = moment(connection.execute(of).scalar_one())
    return then.isoformat().replace("+00:00", "Z")


def _asking(client, path: str) -> Callable[[], None]:
    program, headers = client

    def ask() -> None:
        answer = program.get(f"/api/v1{path}", headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} was answered with {answer.status}")

    return ask
