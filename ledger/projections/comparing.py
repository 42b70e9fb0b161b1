"""What came in between two views of an agreement, fact by fact, and what each moved.

A view is a date and a moment (`then.Then`). A fact can be in one of the two and not in the other,
or in both and count otherwise: a new setting of a limit makes a later one change it by less.
Amounts in öre excluding VAT.
"""

from collections.abc import Iterable
from datetime import date

import msgspec
from sqlalchemy import Connection

from ledger.domain import agreement
from ledger.domain.limits import Limit, used
from ledger.projections import agreements, sums
from ledger.projections.between import (
    Between,
    Change,
    Stepped,
    came_between,
    change,
    moved_by,
    summed,
)
from ledger.projections.explaining import steps
from ledger.projections.postings import (
    Beside,
    LimitBalance,
    beside,
    limits_known,
    totals,
    with_room,
)
from ledger.projections.seeing import Part, is_hidden
from ledger.projections.then import Then


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """Two views, what changed of every limit, and a page of what came in between."""

    before: tuple[LimitBalance, ...]
    after: tuple[LimitBalance, ...]
    beside: tuple[Beside, ...]
    changes: tuple[Change, ...]
    between: tuple[Between, ...]
    following: int | None


def compare(
    connection: Connection,
    state: agreement.State,
    first: Then,
    second: Then,
    *,
    at: int,
    after: int,
    count: int,
    only: Part = None,
) -> Compared:
    """From one view to another, by facts up to the position `at`; the page after a position.

    `only` are the suppliers that ask, where they may not see what others use.
    """
    limits = {
        limit.name: limit
        for then in (first, second)
        for limit in limits_known(connection, state, then.known_at)
    }
    stepped = {name: _stepped(connection, state.number, name, first, second, at) for name in limits}
    before, after_ = (
        _with_room(
            connection,
            state,
            _balances(connection, state.number, limits.values(), then, stepped, side, at, only),
            then,
        )
        for side, then in enumerate((first, second))
    )
    groups, more = came_between(
        connection, state.number, first, second, stepped, at, after, count, only
    )
    moved = moved_by(connection, limits.values(), groups, first, second, stepped)
    found = [
        Between(
            fact=rows[0],
            position=rows[-1]["position"],
            side=rows[0]["side"],
            moved=tuple(summed(moved, limits, [row["position"] for row in rows])),
        )
        for rows in groups
    ]
    return Compared(
        before=before,
        after=after_,
        beside=tuple(beside(connection, state, then, only) for then in (first, second)),
        changes=tuple(map(change, before, after_)),
        between=tuple(found),
        following=found[-1].position if more else None,
    )


def _stepped(
    connection: Connection, number: str, name: str, first: Then, second: Then, at: int
) -> Stepped:
    return steps(connection, number, name, first, at), steps(connection, number, name, second, at)


def _with_room(
    connection: Connection,
    state: agreement.State,
    found: Iterable[LimitBalance],
    then: Then,
) -> tuple[LimitBalance, ...]:
    """What can be ordered, by a view; of a limit that it does not know, nothing is told."""
    since, balances = then.as_of or date.max, list(found)
    row = agreements.find(connection, state.number, None, then)
    no_orders = agreement.no_orders(state if row is None else row.state, since)
    limits = {limit.name: limit for limit in limits_known(connection, state, then.known_at)}
    known = [one for one in balances if one.name in limits]
    later = sums.later(sums.moved(connection, state.number, then.known_at), since)
    told = with_room(known, limits.values(), since, later, no_orders, then.as_of is None)
    by_name = {one.name: one for one in told}
    return tuple(by_name.get(one.name, one) for one in balances)


def _balances(
    connection: Connection,
    number: str,
    limits: Iterable[Limit],
    then: Then,
    stepped: dict[str, Stepped],
    side: int,
    at: int,
    only: Part,
) -> Iterable[LimitBalance]:
    found = totals(connection, number, then, at)
    found = tuple(total for total in found if not is_hidden(only, total.dimensions.supplier))
    for limit in limits:
        made = stepped[limit.name][side]
        unknown = not made or made[-1].unknown
        yield LimitBalance(
            name=limit.name,
            amount=None if unknown else sum(step.amount for step in made),
            use=used(limit, found),
            effect=limit.effect_on(then.as_of or date.max),
            unit=limit.unit,
            in_part=is_hidden(only, limit.supplier),
        )
