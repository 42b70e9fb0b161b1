"""Postings: one row a fact and line, saying what moved between the four places, with both dates.

The balance for any date, as known at any moment, is a sum of postings; for a date alone, of what
they moved each day; the balance of now is the agreement's own row. All amounts in öre, excluding
VAT; beside them the seats that moved, which only limits in seats count.
"""

import itertools
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from ledger.domain import agreement
from ledger.domain import limits as rule
from ledger.domain.amounts import AmountFrom
from ledger.domain.events import (
    NAME_OF,
    NOBODY,
    AgreementAmended,
    AgreementRectified,
    AgreementSigned,
    Fact,
    FundingChanged,
    FundingDecided,
    FundingMeasured,
    FundingWithdrawn,
    InKindRecorded,
    LimitRemoved,
    RoomMoved,
    RoomReserved,
    ShareMoveAccepted,
)
from ledger.domain.limits import DIMENSIONS, Limit, Total, Unit, Use, used
from ledger.projections import sums
from ledger.projections.database import IS_OPENING, IS_TERM, insert_rows, postings, timeline
from ledger.projections.seeing import Part, is_hidden
from ledger.projections.sums import Changes
from ledger.projections.then import Then, micros


class LaterOf(msgspec.Struct, frozen=True, kw_only=True):
    """What a limit is from a later day on: its amount in öre (None: unknown), and how it binds;
    or `removed`, and then it binds nothing."""

    on: date
    amount: int | None
    effect: str
    tolerance: int
    removed: bool = False


class LimitBalance(msgspec.Struct, frozen=True, kw_only=True):
    """A limit and its use, in its unit. `amount` and `remaining` are None where it is unknown.

    `in_part` says that the use is that of some suppliers alone, who see no other's: what remains
    would tell theirs, and is None. `later` is what is set of it from later days. `room` is
    what can be ordered of it on the day that is asked about, never below 0 (None: unknown, or not
    to be told), `no_orders` why nothing can. `begins_on`: it is not there before.
    """

    name: str
    amount: int | None
    use: Use
    effect: str
    in_part: bool = False
    later: tuple[LaterOf, ...] = ()
    room: int | None = None
    no_orders: agreement.NoOrders | None = None
    unit: Unit = "money"
    begins_on: date | None = None

    @property
    def remaining(self) -> int | None:
        if self.amount is None or self.in_part:
            return None
        return self.amount - self.use.total

    @property
    def percent(self) -> int | None:
        """How many whole per cent of it are in use; None where it is unknown, 0, or seen in part:
        there is then no share."""
        if not self.amount or self.in_part:
            return None
        return self.use.total * 100 // self.amount


CHANGES: dict[str, Any] = {
    "agreement-signed": AgreementSigned,
    "agreement-rectified": AgreementRectified,
    "limit-removed": LimitRemoved,
    "agreement-amended": AgreementAmended,
    "share-move-accepted": ShareMoveAccepted,
    "funding-decided": FundingDecided,
    "funding-changed": FundingChanged,
    "funding-withdrawn": FundingWithdrawn,
    "funding-measured": FundingMeasured,
}
"""Stored name → fact that makes or changes limits."""


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    rows = [row for fact in facts for row in _rows(fact)]
    insert_rows(connection, postings, rows)


_POSTED = (AgreementSigned, AgreementRectified, AgreementAmended, RoomReserved, RoomMoved)


def _rows(fact: Fact) -> list[dict[str, Any]]:
    event = fact.event
    if not isinstance(event, _POSTED):
        return []
    base: dict[str, Any] = {
        "position": fact.position,
        "agreement": fact.stream.removeprefix("agreement/"),
        "effective_on": fact.effective_on,
        "recorded_at": micros(fact.recorded_at),
        "order": None,
        "drawdown": None,
        "line": None,
        **dict.fromkeys(DIMENSIONS),
        "cost_centre": None,
        "code_string": None,
        "reserved": 0,
        "committed": 0,
        "drawn": 0,
        "seats_reserved": 0,
        "seats_committed": 0,
        "cap": 0,
        "sets_cap": False,
    }
    if isinstance(event, AgreementSigned):
        day = {"effective_on": event.starts_on, "number": 0}
        return [{**base, **day, "cause": "signed", "cap": event.cap, "sets_cap": True}]
    if isinstance(event, AgreementRectified):
        day = {"effective_on": event.signing.starts_on, "number": 0}
        step = {"cap": event.signing.cap, "sets_cap": True}
        return [{**base, **day, "cause": "rectified", **step}]
    if isinstance(event, AgreementAmended):
        return [
            {
                **base,
                "effective_on": step.effective_on,
                "number": number,
                "cause": "amended",
                "cap": step.amount if step.change is None else step.change,
                "sets_cap": step.change is None,
            }
            for number, step in enumerate(event.cap_steps)
        ]
    return [
        {
            **base,
            "number": number,
            "order": event.order,
            "drawdown": event.drawdown if isinstance(event, RoomMoved) else None,
            "cause": event.cause if isinstance(event, RoomMoved) else "placed",
            "line": move.line,
            **msgspec.structs.asdict(move.dimensions),
            "cost_centre": move.cost_centre,
            "code_string": move.code_string or None,
            "reserved": move.reserved,
            "committed": move.committed,
            "drawn": move.drawn,
            "seats_reserved": move.seats_reserved,
            "seats_committed": move.seats_committed,
        }
        for number, move in enumerate(event.moves)
    ]


def balance_now(
    state: agreement.State, day: date = date.max, only: Part = None, today: date | None = None
) -> list[LimitBalance]:
    """Every limit with all that is in the state, and the amount that holds on a day; cap first.

    Without a day, when all that is recorded has taken effect. What can be ordered is told of
    `today`, else of that day.
    `only` are the suppliers that ask, where they may not see what others use.
    """
    since = day if today is None else today
    later = later_in(state, since)
    found = _balances(state.limits, state.totals, day, only)
    return with_room(found, state.limits, since, later, agreement.no_orders(state, since), True)


def _balances(
    limits: Iterable[Limit], totals: Iterable[Total], day: date, only: Part
) -> list[LimitBalance]:
    seen = [total for total in totals if not is_hidden(only, total.dimensions.supplier)]
    return [
        LimitBalance(
            name=limit.name,
            amount=limit.amount_on(day),
            use=used(limit, seen),
            effect=limit.effect_on(day),
            unit=limit.unit,
            in_part=is_hidden(only, limit.supplier),
            later=_later(limit, day),
            begins_on=limit.begins_after(day),
        )
        for limit in limits
        if not limit.is_removed_on(day)
    ]


def later_in(state: agreement.State, since: date) -> Changes:
    """What days after one changed of what is in use."""
    days_after = itertools.takewhile(lambda day: day.on > since, reversed(state.days))
    found: dict[int, list[tuple[date, int, int]]] = {}
    for day in days_after:
        ore, seats = dict(day.changes), dict(day.seats)
        for place in {**ore, **seats}:
            found.setdefault(place, []).append((day.on, ore.get(place, 0), seats.get(place, 0)))
    return [(state.totals[place].dimensions, changes) for place, changes in found.items()]


def with_room(
    found: Iterable[LimitBalance],
    limits: Iterable[Limit],
    since: date,
    later: Changes,
    no_orders: agreement.NoOrders | None,
    counted: bool = False,
) -> list[LimitBalance]:
    """Balances with what can be ordered of each limit from a day on.

    `later` is what later days changed; `counted` says that it is in what is in use already.
    """
    by_name = {limit.name: limit for limit in limits}
    told = []
    for one in found:
        limit, changes = by_name[one.name], dict[date, int]()
        for dimensions, changed in later:
            if limit.matches(dimensions):
                for day, ore, seats in changed:
                    change = ore if limit.unit == "money" else seats
                    changes[day] = changes.get(day, 0) + change
        used_then = one.use.total - (sum(changes.values()) if counted else 0)
        room = 0 if no_orders else rule.room(limit, used_then, changes.items(), since)
        room = None if one.in_part else room
        told.append(msgspec.structs.replace(one, room=room, no_orders=no_orders))
    return told


def _later(limit: Limit, day: date) -> tuple[LaterOf, ...]:
    """The days after one on which the limit becomes another, and what it becomes."""
    found, before = [], _limit_on(limit, day)
    days = {one.effective_on for one in limit.amounts}
    days |= {one.effective_on for one in limit.bindings}
    if (gone := limit.removed_on) is not None:
        days = {gone, *(one for one in days if one < gone)}
    for on in sorted(one for one in days if one > day):
        then = _limit_on(limit, on)
        if msgspec.structs.replace(before, on=on) != then:
            found.append(then)
        before = then
    return tuple(found)


def _limit_on(limit: Limit, day: date) -> LaterOf:
    return LaterOf(
        on=day,
        amount=limit.amount_on(day),
        effect=limit.effect_on(day),
        tolerance=limit.tolerance_on(day),
        removed=limit.is_removed_on(day),
    )


def balance(
    connection: Connection,
    state: agreement.State,
    then: Then,
    latest_on: date,
    only: Part = None,
    *,
    since: date | None = None,
    standing: agreement.State | None = None,
) -> list[LimitBalance]:
    """Every limit; the cap first. Where all of the agreement's facts count, up to its latest, its
    own totals tell what is in use.

    What can be ordered is told of `since`, else of the day of `then`; `standing` is the agreement
    as it was by then (None: as it is).
    """
    day = then.as_of or date.max
    since = since or day
    no_orders = agreement.no_orders(standing or state, since)
    if then.counts_all(latest_on):
        found = _balances(state.limits, state.totals, day, only)
        return with_room(found, state.limits, since, later_in(state, since), no_orders, True)
    moved = sums.moved(connection, state.number, then.known_at)
    limits = limits_known(connection, state, then.known_at)
    found = _balances(limits, sums.totals(moved, then.as_of), day, only)
    return with_room(found, limits, day, sums.later(moved, day), no_orders)


def balance_at(
    connection: Connection,
    state: agreement.State,
    as_of: date | None,
    known_at: datetime | None,
    only: Part = None,
) -> list[LimitBalance]:
    """Every limit as of a business date, as known at a moment; the cap first."""
    used_then = totals(connection, state.number, Then(as_of=as_of, known_at=known_at))
    limits = limits_known(connection, state, known_at)
    return _balances(limits, used_then, as_of or date.max, only)


def totals(
    connection: Connection, number: str, then: Then, at: int | None = None
) -> tuple[Total, ...]:
    """What was in use, by combination of dimensions; by facts up to a position, if given."""
    return sums.totals(sums.moved(connection, number, then.known_at, at), then.as_of)


def limits_known(
    connection: Connection, state: agreement.State, known_at: datetime | None
) -> tuple[Limit, ...]:
    """The limits with the steps that had been recorded at a moment."""
    known = terms_known(connection, state, known_at)
    if known is None:
        unknown = AmountFrom(effective_on=state.starts_on)
        return (Limit(name="cap", amounts=(unknown,), effect=state.cap.effect),)
    return known.limits


def terms_known(
    connection: Connection, state: agreement.State, known_at: datetime | None
) -> agreement.State | None:
    """The agreement with the limits, parties and policy that had been recorded at a moment, from
    whatever day they hold, and without its orders; None where it was not recorded yet."""
    if known_at is None:
        return state
    t = timeline.c
    rows = connection.execute(
        select(t.name, t.data, t.effective_on)
        .where(
            t.stream == agreement.stream(state.number),
            t.name.in_(CHANGES),
            IS_TERM,
            t.recorded_at <= micros(known_at),
        )
        .order_by(t.position)
    ).all()
    known: agreement.State | None = None
    for row in rows:
        event = msgspec.json.decode(row.data, type=CHANGES[row.name])
        known = agreement.evolve(known, event, row.effective_on, NOBODY)
    return known


def in_kind(
    connection: Connection,
    state: agreement.State,
    as_of: date | None,
    known_at: datetime | None,
) -> int:
    """What was given in kind, in öre: beside the balance, never in it."""
    if not state.in_kind or (as_of is None and known_at is None):
        return in_kind_now(state)
    t = timeline.c
    query = select(t.data).where(
        t.stream == agreement.stream(state.number), t.name == NAME_OF[InKindRecorded], IS_TERM
    )
    if as_of is not None:
        query = query.where(t.effective_on <= as_of)
    if known_at is not None:
        query = query.where(t.recorded_at <= micros(known_at))
    given = connection.execute(query).scalars()
    return sum(msgspec.json.decode(data, type=InKindRecorded).amount for data in given)


class Beside(NamedTuple):
    """What is told beside a balance, in öre: what was given in kind, which counts nowhere, and what
    of the drawn no invoice here says."""

    in_kind: int
    opening: int


def beside(connection: Connection, state: agreement.State, then: Then, only: Part = None) -> Beside:
    """As of a day, as known at a moment; of `only` some suppliers their own openings."""
    given = in_kind(connection, state, then.as_of, then.known_at)
    drawn = opening(connection, state.number, then, only) if state.has_openings else 0
    return Beside(given, drawn)


def opening(connection: Connection, number: str, then: Then, only: Part = None) -> int:
    """What opening balances have drawn, in öre."""
    p = postings.c
    query = select(func.coalesce(func.sum(p.drawn), 0)).where(
        p.agreement == number, IS_OPENING, *then.of(postings)
    )
    if only is not None:
        query = query.where(p.supplier.in_(sorted(only)))
    return int(connection.execute(query).scalar_one())


def in_kind_now(state: agreement.State) -> int:
    """What was given in kind with everything that has been recorded, in öre."""
    return sum(share.amount for share in state.in_kind)
