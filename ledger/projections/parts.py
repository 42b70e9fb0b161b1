"""The postings behind a figure of a limit: what they come to, and a page of them.

What they come to is said by the sums of the days, which also say on which days to look for them.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, func, literal, select, tuple_

from ledger.bounds import DAYS_AT_A_TIME
from ledger.domain.limits import Dimensions, Figure, Limit, Unit
from ledger.projections import sums
from ledger.projections.database import orders, postings
from ledger.projections.seeing import Part, is_hidden
from ledger.projections.sums import Moved
from ledger.projections.then import Then

Narrowed = Mapping[str, str | int]
"""A year, a buyer, a unit, or some of them, by their names."""
NOTHING: Narrowed = {}


class Cursor(msgspec.Struct, frozen=True):
    """The last row of a page, and the place in the log that all its pages are told from."""

    at: int
    effective_on: date
    position: int
    number: int

    @property
    def key(self) -> tuple[date, int, int]:
        return self.effective_on, self.position, self.number


def behind(
    connection: Connection,
    number: str,
    limit: Limit,
    figure: Figure,
    then: Then,
    after: Cursor,
    count: int,
    only: Part,
    narrowed: Narrowed,
) -> tuple[int, Sequence[RowMapping]]:
    """What an agreement's postings come to in a figure, and so many of them after a cursor."""
    every = sums.moved(connection, number, then.known_at, after.at)
    moved = [one for one in every if _is_of(one.dimensions, limit, only, narrowed)]
    held = [*_moved_of(number, limit, then, narrowed), postings.c.position <= after.at]
    if only is not None:
        held.append(postings.c.supplier.in_(sorted(only)))
    part = _part(figure, limit.unit)
    if "unit" in narrowed:  # which sums do not know
        query = select(func.sum(part)).where(*held, *then.of(postings))
        amount = int(connection.execute(query).scalar() or 0)
    else:
        amount = _in_use(moved, figure, limit.unit, then.as_of)
    days = sums.days_of(moved, figure, limit.unit, after.effective_on, then.as_of)
    return amount, _page(connection, part, held, days, after, count)


def _is_of(dimensions: Dimensions, limit: Limit, only: Part, narrowed: Narrowed) -> bool:
    """Whether what has these dimensions is asked about, in whatever unit: sums know none."""
    return (
        limit.matches(dimensions)
        and not is_hidden(only, dimensions.supplier)
        and all(getattr(dimensions, name, value) == value for name, value in narrowed.items())
    )


def _in_use(moved: Iterable[Moved], figure: Figure, unit: Unit, as_of: date | None) -> int:
    found = 0
    for total in sums.totals(moved, as_of):
        use = total.use if unit == "money" else total.seats
        found += -use.total if figure == "remaining" else getattr(use, figure)
    return found


def _page(
    connection: Connection,
    part: ColumnElement[int],
    behind: list[ColumnElement[bool]],
    days: Sequence[date],
    after: Cursor,
    count: int,
) -> Sequence[RowMapping]:
    """So many postings after a cursor. They are looked for on the days that have some, and on one
    of them first: what is of other days, or moved nothing of the figure, is not gone through."""
    p = postings.c
    query = select(postings, part.label("amount")).where(*behind, part != 0)
    query = query.order_by(p.effective_on, p.position, p.number)
    found: list[RowMapping] = []
    start = 0
    for at_a_time in itertools.chain(DAYS_AT_A_TIME, itertools.repeat(DAYS_AT_A_TIME[-1])):
        some = days[start : start + at_a_time]
        if not some or len(found) == count:
            break
        start += at_a_time
        page = query.where(
            p.effective_on == some[0] if len(some) == 1 else p.effective_on.in_(some)
        )
        if some[0] == after.effective_on:
            page = page.where(tuple_(p.position, p.number) > (after.position, after.number))
        found += connection.execute(page.limit(count - len(found))).mappings()
    return found


def _part(figure: Figure, unit: Unit) -> ColumnElement[int]:
    p = postings.c
    if unit == "seats":
        if figure == "remaining":
            return -(p.seats_reserved + p.seats_committed)
        nothing: ColumnElement[int] = literal(0)
        return nothing if figure == "drawn" else p[f"seats_{figure}"]
    if figure == "remaining":
        return -(p.reserved + p.committed + p.drawn)
    column: ColumnElement[int] = p[figure]
    return column


def _moved_of(
    number: str, limit: Limit, then: Then, narrowed: Narrowed
) -> list[ColumnElement[bool]]:
    """What holds of the postings that moved money of a limit, as known then, on whatever day."""
    p = postings.c
    of_unit = select(orders.c.number).where(orders.c.unit == narrowed.get("unit"))
    within = {"year": p.year, "buyer": p.buyer}
    found = [within[name] == value for name, value in narrowed.items() if name in within]
    if "unit" in narrowed:
        found.append(p.order.in_(of_unit))
    found += [p.agreement == number, p.order.is_not(None)]
    found += Then(known_at=then.known_at).of(postings)
    found += [p[name] == getattr(limit, name) for name in limit.named]
    return found
