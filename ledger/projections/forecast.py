"""What a forecast looks at: when each order came, and what it holds of each limit."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, func, select

from ledger.domain import agreement
from ledger.domain.forecast import Outlook, Placed, outlook
from ledger.domain.limits import Dimensions, Limit
from ledger.projections.database import postings


class Holding(msgspec.Struct, frozen=True):
    """What one order holds of one combination of dimensions, and since when. Öre."""

    order: str
    dimensions: Dimensions
    since: date
    ordered: int
    drawn: int


class LimitOutlook(msgspec.Struct, frozen=True, kw_only=True):
    """What is to come of a limit, what is in use of it, and how much of that is not invoiced."""

    name: str
    amount: int | None
    used: int
    held: int
    outlook: Outlook


def holdings(connection: Connection, number: str, on: date) -> list[Holding]:
    """What every order of an agreement holds as of a day."""
    p = postings.c
    keys = (p.order, p.year, p.buyer, p.supplier, p.kind, p.funding)
    query = (
        select(
            *keys,
            func.min(p.effective_on),
            func.sum(p.reserved + p.committed + p.drawn),
            func.sum(p.drawn),
        )
        .where(p.agreement == number, p.order.is_not(None), p.effective_on <= on)
        .group_by(*keys)
    )
    return [
        Holding(
            row[0],
            Dimensions(year=row[1], buyer=row[2], supplier=row[3], kind=row[4], funding=row[5]),
            row[6],
            int(row[7]),
            int(row[8]),
        )
        for row in connection.execute(query)
    ]


def forecast(connection: Connection, state: agreement.State, on: date) -> list[LimitOutlook]:
    """Every limit of an agreement, the cap first, as of a day."""
    found = holdings(connection, state.number, on)
    return [_of_limit(limit, state, found, on) for limit in state.limits]


def _of_limit(
    limit: Limit, state: agreement.State, found: Sequence[Holding], on: date
) -> LimitOutlook:
    mine = [one for one in found if limit.matches(one.dimensions)]
    used = sum(one.ordered for one in mine)
    return LimitOutlook(
        name=limit.name,
        amount=limit.amount,
        used=used,
        held=used - sum(one.drawn for one in mine),
        outlook=outlook(limit.amount, used, _placed(mine), on, _ends_on(limit, state, on)),
    )


def _placed(mine: Iterable[Holding]) -> list[Placed]:
    by_order: dict[str, Placed] = {}
    for one in mine:
        known = by_order.get(one.order, Placed(one.since, 0))
        by_order[one.order] = Placed(min(known.on, one.since), known.amount + one.ordered)
    return list(by_order.values())


def _ends_on(limit: Limit, state: agreement.State, on: date) -> date:
    """The last day on which more of the limit can be ordered."""
    ends_on = state.ends_on if limit.year is None else min(state.ends_on, date(limit.year, 12, 31))
    return min(ends_on, on) if state.status == "closed" else ends_on
