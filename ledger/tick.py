"""Time at work: what the calendar alone brings about, recorded as facts, each once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import TypeVar

from ledger import intake, people
from ledger.bounds import MAX_PAGE, TICK_DAYS
from ledger.clock import day_of
from ledger.deciding import Command
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import By, Fact
from ledger.domain.refusals import Conflict, Fault
from ledger.projections import Views, agreements, drawdowns, orders
from ledger.projections.database import Reading
from ledger.registry import Registry
from ledger.registry.happened import TICKED
from ledger.service import Service
from ledger.store import Store

SYSTEM = "Avrop"
"""The name of the system person, in whose name the calendar acts."""
Row = TypeVar("Row")


def calendar(service: Service, registry: Registry) -> By:
    """Who records what no person decided."""
    return people.ledgers_own(service, registry, SYSTEM)


def too_far(store: Store, on: date) -> Fault | None:
    """What is wrong with a day that nobody said: it is far ahead of the log's newest fact, so that
    the clock may be ahead; and what lapses by it has lapsed for ever."""
    newest = store.newest()
    day = None if newest is None else day_of(newest)
    if day is None or (on - day).days <= TICK_DAYS:
        return None
    return Fault(
        pointer="/on",
        sentence="The clock says {on}, and the newest fact is of {newest}: if the clock is right, "
        "say the day (on).",
        figures={"on": on, "newest": day},
    )


def tick(
    service: Service, views: Views, by: By, on: date, registry: Registry | None = None
) -> Iterator[Fact]:
    """Record what a day brings about and has not been recorded, and give each fact.

    Orders that nobody answered in time lapse; agreements come near the end of their term, and to
    it; received invoices of a day that has come are matched, and credits whose invoice has more
    left to credit now; what the period of a grant left out is judged by a decision that was dated
    ahead. What somebody else does meanwhile goes before: it is then no longer due.
    """
    if registry is not None:
        desk = intake.Desk(by, service, views, registry, None)
        for sha256 in intake.waiting(desk, on):
            before = service.store.position()
            if intake.retry(sha256, desk).status == "recorded":
                facts = service.store.follow(before, MAX_PAGE)
                yield from (fact for fact in facts if fact.by.person == by.person)
    for command in due(views, on):
        with suppress(Conflict):
            yield from service.execute(command, by).facts
    if registry is not None:
        registry.happens(TICKED)


def due(views: Views, on: date) -> list[Command]:
    """What there is to do on a day, by the read models; the decisions look at the log itself."""
    views.catch_up()
    with views.database.reading() as connection:
        placed = every(
            lambda after: orders.listed(connection, status="placed", after=after, limit=MAX_PAGE),
            lambda row: row.state.number,
        )
        lapsing = [
            order.LapseOrder(order=row.state.number, on=on)
            for row in placed
            if order.is_unanswered(row.state, on)
        ]
        signed_rows = list(
            every(
                lambda after: agreements.listed(connection, None, after=after, limit=MAX_PAGE),
                lambda row: row.state.number,
            )
        )
        terms = [
            agreement.WatchTerm(agreement=row.state.number, on=on)
            for row in signed_rows
            if agreement.due_on_term(row.state, on)
        ]
        judging = [one for row in signed_rows for one in _to_judge(connection, row.state, on)]
    return [*lapsing, *terms, *judging]


def _to_judge(connection: Reading, of: agreement.State, on: date) -> Iterator[drawdown.JudgeAgain]:
    """The invoices of an agreement that the period of a source left out and a later decision, which
    holds by now, takes in."""
    changes = [change for one in of.funding for change in one.changed if change.effective_on <= on]
    if not changes:
        return
    for row in every(
        lambda after: drawdowns.listed(
            connection, agreement=of.number, after=after, limit=MAX_PAGE
        ),
        lambda row: row.state.id,
    ):
        for change in changes:
            if drawdown.takes_in(row.state, change.effective_on, change.source):
                since = change.effective_on
                yield drawdown.JudgeAgain(drawdown=row.state.id, on=on, since=since)


def every(listed: Callable[[str], Sequence[Row]], cursor: Callable[[Row], str]) -> Iterator[Row]:
    """All rows of a list that gives a page after a cursor."""
    rows = listed("")
    while rows:
        yield from rows
        rows = listed(cursor(rows[-1])) if len(rows) == MAX_PAGE else ()
