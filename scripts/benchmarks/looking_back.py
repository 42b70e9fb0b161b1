"""The balance as of a day in a long log, against the cheapest question there is: one row by key."""

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy import select

from benchmarks.ledgers import NUMBER, SMALL
from benchmarks.measure import Row, Target, paired, row, spaced
from benchmarks.surroundings import Surroundings
from ledger.opening import Ledger
from ledger.projections import agreements, postings
from ledger.projections.database import agreements as table
from ledger.projections.then import Then

DAY = date(2023, 12, 31)
"""After every order was placed."""


def measure(around: Surroundings, database: str) -> Iterator[Row]:
    filled = around.filled(database, around.sizes.many)
    events = spaced(filled.position)
    with around.ledger(filled.address) as ledger:
        for name, number, of in (
            ("as of, all", NUMBER, "an agreement of all"),
            ("as of, few", SMALL, "one among them of few"),
        ):
            with around.progress(f"{database}: as-of balances, {of}") as tell:
                blocks = paired(
                    _balance(ledger, number),
                    _key(ledger, number),
                    blocks=around.sizes.blocks,
                    calls=around.sizes.calls,
                    tell=tell,
                )
            what = f"a balance as of a day, {events} events, {of}"
            target = Target(at_most=20)
            yield row(name, database, what, "a row by primary key", "ms", target, blocks)


def _balance(ledger: Ledger, number: str) -> Callable[[], None]:
    with ledger.views.database.reading() as connection:
        found = agreements.find(connection, number, None)
    if found is None:
        raise RuntimeError(f"there is no agreement {number}")

    def read() -> None:
        with ledger.views.database.reading() as connection:
            # As if there were more of later days: what is of now alone is no sum.
            cap, *_ = postings.balance(connection, found.now, Then(as_of=DAY), date.max)
        if cap.use != postings.balance_now(found.now)[0].use:
            raise RuntimeError("the balance as of a day after everything is not the balance")

    return read


def _key(ledger: Ledger, number: str) -> Callable[[], None]:
    query = select(table.c.version).where(table.c.number == number)

    def read() -> None:
        with ledger.views.database.reading() as connection:
            connection.execute(query).one()

    return read
