"""Time at work: what the calendar alone brings about, recorded as facts, each once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import TypeVar

from ledger import intake, people
from ledger.bounds import MAX_PAGE
from ledger.deciding import Command
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import By, Fact
from ledger.domain.refusals import Conflict
from ledger.projections import Views, agreements, orders
from ledger.registry import Registry
from ledger.service import Service

SYSTEM = "Avrop"
"""The name of the system person, in whose name the calendar acts."""
Row = TypeVar("Row")


def calendar(service: Service, registry: Registry) -> By:
    """Who records what no person decided."""
    return people.ledgers_own(service, registry, SYSTEM)


def tick(
    service: Service, views: Views, by: By, on: date, registry: Registry | None = None
) -> Iterator[Fact]:
    """Record what a day brings about and has not been recorded, and give each fact.

    Orders that nobody answered in time lapse; agreements come near the end of their term, and to
    it; received invoices of a day that has come are matched. What somebody else does meanwhile goes
    before: it is then no longer due.
    """
    if registry is not None:
        desk = intake.Desk(by, service, views, registry, None)
        for sha256 in intake.waiting(registry, on):
            found = intake.retry(sha256, desk)
            if found.status == "recorded":
                yield from service.store.history(drawdown.stream(found.drawdown))
    for command in due(views, on):
        with suppress(Conflict):
            yield from service.execute(command, by).facts


def due(views: Views, on: date) -> list[Command]:
    """What there is to do on a day, by the read models; the decisions look at the log itself."""
    views.catch_up()
    with views.database.reading() as connection:
        placed = _every(
            lambda after: orders.listed(connection, status="placed", after=after, limit=MAX_PAGE),
            lambda row: row.state.number,
        )
        lapsing = [
            order.LapseOrder(order=row.state.number, on=on)
            for row in placed
            if order.is_unanswered(row.state, on)
        ]
        signed = _every(
            lambda after: agreements.listed(connection, None, after=after, limit=MAX_PAGE),
            lambda row: row.state.number,
        )
        terms = [
            agreement.WatchTerm(agreement=row.state.number, on=on)
            for row in signed
            if agreement.due_on_term(row.state, on)
        ]
    return [*lapsing, *terms]


def _every(listed: Callable[[str], Sequence[Row]], cursor: Callable[[Row], str]) -> Iterator[Row]:
    """All rows of a list that gives a page after a cursor."""
    rows = listed("")
    while rows:
        yield from rows
        rows = listed(cursor(rows[-1])) if len(rows) == MAX_PAGE else ()
