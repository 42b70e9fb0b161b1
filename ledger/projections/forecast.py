"""What a forecast looks at: when each order came, what it holds of each limit, and its plan."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, case, func, select

from ledger.bounds import FORECAST_BUNDLES
from ledger.domain import agreement, order
from ledger.domain.events import OrderLine
from ledger.domain.forecast import Outlook, Payment, Placed, drawing, lateness, outlook
from ledger.domain.limits import DIMENSIONS, Dimensions, Limit, Unit
from ledger.domain.money import split
from ledger.projections import orders as order_rows
from ledger.projections.database import OPENINGS, postings
from ledger.projections.seeing import Part, is_hidden
from ledger.projections.then import NOW, Then


class Holding(msgspec.Struct, frozen=True):
    """What one order holds of one combination of dimensions, and since when. Öre; beside them its
    seats."""

    order: str
    dimensions: Dimensions
    since: date
    ordered: int
    drawn: tuple[Payment, ...]
    seats: int = 0

    @property
    def held(self) -> int:
        """Öre that are ordered and not drawn."""
        return self.ordered - sum(part.amount for part in self.drawn)


Plans = dict[tuple[str, Dimensions], tuple[Payment, ...]]
"""What each order holds of each combination of dimensions, on the days that it is planned for."""


_Part = tuple[OrderLine | None, date, int]
"""A part of an order's plan: its line, when it is to be invoiced, and its öre."""


class LimitOutlook(msgspec.Struct, frozen=True, kw_only=True):
    """What is to come of a limit, what is in use of it, and how much of that is not drawn.

    Of what is held, `planned` is still to be invoiced, until `planned_until`. `invoices` are
    those that tell how late the next ones will be. Of seats, which are its `unit` then, none are
    drawn. Not counted with are the amounts that it has from `later` days on, and `extensions` of
    the term that there are options for. `begins_on`: it is not there before, nor from
    `removed_on`.
    """

    name: str
    amount: int | None
    used: int
    held: int
    outlook: Outlook
    drawing: Outlook | None
    planned: int = 0
    planned_until: date | None = None
    invoices: int = 0
    unit: Unit = "money"
    later: tuple[tuple[date, int | None], ...] = ()
    extensions: int = 0
    begins_on: date | None = None
    removed_on: date | None = None


def forecast(
    connection: Connection,
    state: agreement.State,
    on: date,
    then: Then = NOW,
    only: Part = None,
    *,
    of: Sequence[Limit],
) -> list[LimitOutlook]:
    """Each of these limits that is not removed, from a day on; the state is as it was `then`.

    `only` are the suppliers that ask, where they may not see what others use: limits of their own.
    """
    found = holdings(connection, state.number, on, then)
    found = [one for one in found if not is_hidden(only, one.dimensions.supplier)]
    states = _states(connection, found, then)
    late = _late(found, states)
    plans = _plans(found, states, on)
    return [
        _begun(limit, _of_limit(limit, state, found, plans, late, on), on)
        if limit.unit == "money"
        else _begun(limit, _of_seats(limit, state, found, on), on)
        for limit in of
        if not limit.is_removed_on(on) and not is_hidden(only, limit.supplier)
    ]


def _begun(limit: Limit, found: LimitOutlook, on: date) -> LimitOutlook:
    """What is to come of one that is not there yet, nobody can tell."""
    begins_on = limit.begins_after(on)
    if begins_on is None:
        return found
    told = replace(found.outlook, verdict="not-begun")
    return replace(found, outlook=told, drawing=None, begins_on=begins_on)


def holdings(connection: Connection, number: str, on: date, then: Then = NOW) -> list[Holding]:
    """What every order of an agreement holds as of a day, and what is drawn of it."""
    p = postings.c
    keys = [p.order, *(p[name] for name in DIMENSIONS)]
    size = len(keys)
    counted = (
        p.agreement == number,
        p.order.is_not(None),
        p.effective_on <= on,
        *then.of(postings),
    )
    drawn: dict[tuple[object, ...], list[Payment]] = {}
    carried_over = case((p.cause.in_(OPENINGS), p.drawn), else_=0)
    paying = (
        select(*keys, p.effective_on, func.sum(p.drawn), func.sum(carried_over))
        .where(*counted, p.drawn != 0)
        .group_by(*keys, p.effective_on)
    )
    for row in connection.execute(paying):
        day, amount, carried = row[size], int(row[size + 1]), int(row[size + 2])
        parts = drawn.setdefault(tuple(row[:size]), [])
        if carried:
            parts.append(Payment(day, carried, carried=True))
        if amount != carried or not carried:
            parts.append(Payment(day, amount - carried))
    holding = (
        select(
            *keys,
            func.min(p.effective_on),
            func.sum(p.reserved + p.committed + p.drawn),
            func.sum(p.seats_reserved + p.seats_committed),
        )
        .where(*counted)
        .group_by(*keys)
    )
    return [
        Holding(
            row[0],
            Dimensions(**dict(zip(DIMENSIONS, row[1:], strict=False))),
            row[size],
            int(row[size + 1]),
            tuple(drawn.get(tuple(row[:size]), ())),
            int(row[size + 2]),
        )
        for row in connection.execute(holding)
    ]


def _states(connection: Connection, found: Sequence[Holding], then: Then) -> dict[str, order.State]:
    """The orders that hold something, and the latest that were invoiced, as they were then."""
    dated = [(one.order, [part for part in one.drawn if not part.carried]) for one in found]
    paid = sorted((max(parts, key=_day_of).on, name) for name, parts in dated if parts)
    names = {one.order for one in found if one.held}
    names.update(name for _, name in paid[-FORECAST_BUNDLES:])
    return order_rows.states(connection, sorted(names), then)


def _day_of(part: Payment) -> date:
    return part.on


def _late(found: Iterable[Holding], states: dict[str, order.State]) -> tuple[int, ...]:
    """How many days after its plan each invoice so far came, of the latest orders."""
    drawn: dict[str, list[Payment]] = {}
    for one in found:
        if one.drawn and one.order in states:
            drawn.setdefault(one.order, []).extend(one.drawn)
    late: list[int] = []
    for name, parts in drawn.items():
        # As if nothing were invoiced: the plan of the whole order.
        whole = replace(states[name], status="confirmed", counter=None, drawn=(), pending=())
        plan = [Payment(part.on, part.amount) for part in order.planned(whole)]
        late += lateness(plan, parts)
    return tuple(late)


def _of_limit(
    limit: Limit,
    state: agreement.State,
    found: Sequence[Holding],
    plans: Plans,
    late: tuple[int, ...],
    on: date,
) -> LimitOutlook:
    mine = [one for one in found if limit.matches(one.dimensions)]
    placed = _placed(mine, plans)
    planned = [part for one in placed for part in one.planned]
    used = sum(one.ordered for one in mine)
    ends_on = _ends_on(limit, state, on)
    return LimitOutlook(
        name=limit.name,
        amount=limit.amount_on(on),
        used=used,
        held=sum(one.held for one in mine),
        outlook=outlook(limit.amount_on(on), used, placed, on, ends_on),
        drawing=drawing(limit.amount_on(on), placed, late, on, ends_on),
        planned=sum(part.amount for part in planned),
        planned_until=max((part.on for part in planned), default=None),
        invoices=len(late),
        later=_later(limit, on),
        extensions=_extensions(limit, state, on),
        removed_on=limit.removed_on,
    )


def _of_seats(
    limit: Limit, state: agreement.State, found: Sequence[Holding], on: date
) -> LimitOutlook:
    by_order: dict[str, Placed] = {}
    for one in found:
        if limit.matches(one.dimensions):
            known = by_order.get(one.order, Placed(one.since, 0))
            by_order[one.order] = Placed(min(known.on, one.since), known.amount + one.seats)
    placed = list(by_order.values())
    used = sum(one.amount for one in placed)
    return LimitOutlook(
        name=limit.name,
        amount=limit.amount_on(on),
        used=used,
        held=used,
        outlook=outlook(limit.amount_on(on), used, placed, on, _ends_on(limit, state, on)),
        drawing=None,
        unit=limit.unit,
        later=_later(limit, on),
        extensions=_extensions(limit, state, on),
        removed_on=limit.removed_on,
    )


def _later(limit: Limit, on: date) -> tuple[tuple[date, int | None], ...]:
    gone = limit.removed_on
    return tuple((day, amount) for day, amount in limit.staircase if day > on and day != gone)


def _extensions(limit: Limit, state: agreement.State, on: date) -> int:
    """How many options to extend the term would let more of the limit be ordered."""
    if limit.year is not None or state.status == "closed" or on > state.ends_on:
        return 0
    return len(state.policy_on(on).extensions) - state.extensions_used


def _placed(mine: Iterable[Holding], plans: Plans) -> list[Placed]:
    by_order: dict[str, Placed] = {}
    for one in mine:
        known = by_order.get(one.order, Placed(one.since, 0))
        planned = plans[one.order, one.dimensions]
        by_order[one.order] = Placed(
            min(known.on, one.since),
            known.amount + one.ordered,
            (*known.drawn, *one.drawn),
            (*known.planned, *planned),
        )
    return list(by_order.values())


def _plans(found: Iterable[Holding], states: dict[str, order.State], on: date) -> Plans:
    """Made once for all limits, and of each order's own plan once for all that it holds."""
    of: dict[str, list[_Part]] = {}
    plans: Plans = {}
    for one in found:
        state = states.get(one.order)
        planned: tuple[Payment, ...] = ()
        if state is not None and one.held > 0:
            if one.order not in of:
                of[one.order] = _parts(state, on)
            planned = _planned(one, of[one.order], on)
        plans[one.order, one.dimensions] = planned
    return plans


def _parts(state: order.State, on: date) -> list[_Part]:
    """What is planned; what the plan does not have waits for approval, and is drawn soon."""
    lines = {line.number: line for line in state.lines}
    parts = [(lines.get(part.line), part.on, part.amount) for part in order.planned(state)]
    waiting = [part for part in state.pending if part.amount > 0]
    return parts + [(lines.get(part.line), on, part.amount) for part in waiting]


def _planned(one: Holding, parts: list[_Part], on: date) -> tuple[Payment, ...]:
    """What is held, on the days that the order's plan has for lines like it."""
    like = [part for part in parts if _is_like(part[0], one.dimensions)] or parts
    days = [day for _, day, _ in like] or [on]
    weights = [amount for _, _, amount in like] or [1]
    shares = split(one.held, weights)
    return tuple(Payment(day, amount) for day, amount in zip(days, shares, strict=True) if amount)


def _is_like(line: OrderLine | None, dimensions: Dimensions) -> bool:
    return line is not None and (line.year, line.kind, line.funding) == (
        dimensions.year,
        dimensions.kind,
        dimensions.funding,
    )


def _ends_on(limit: Limit, state: agreement.State, on: date) -> date:
    """The last day on which more of the limit can be ordered."""
    ends_on = state.ends_on if limit.year is None else min(state.ends_on, date(limit.year, 12, 31))
    return min(ends_on, on) if state.status == "closed" else ends_on
