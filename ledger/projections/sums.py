"""What the days of an agreement had moved, kept now and then as its facts come.

What was so on a day, as known at a moment, then costs by the days that the agreement has, and not
by its facts: a sum is kept at every so many facts, and the few since it are added where it is
asked for. In öre, and in seats.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, case, func, insert, select

from ledger.bounds import SUMMED_FACTS, SUMMED_PART
from ledger.domain import agreement
from ledger.domain.events import NAME_OF, Fact, RoomReserved
from ledger.domain.limits import DIMENSIONS, NOTHING, Dimensions, Figure, Total, Unit, Use
from ledger.projections.database import postings, sums, timeline
from ledger.projections.then import Then, micros

COUNTED = ("reserved", "committed", "drawn", "seats_reserved", "seats_committed")
"""What is summed of postings: the three kinds of money, and seats."""


KINDS: dict[str, ColumnElement[int]] = {
    **{name: postings.c[name] for name in COUNTED},
    "money": postings.c.reserved + postings.c.committed + postings.c.drawn,
    "seats": postings.c.seats_reserved + postings.c.seats_committed,
}
"""What a posting may move, each by itself and together: what a day moved may add up to nothing."""


class Moved(msgspec.Struct, frozen=True, array_like=True):
    """What each day moved of what has the same dimensions: the days in order, and as many sums of
    each kind; `kinds` has a bit for each of KINDS that some posting of the day moved."""

    dimensions: Dimensions
    days: list[int]
    reserved: list[int]
    committed: list[int]
    drawn: list[int]
    seats_reserved: list[int]
    seats_committed: list[int]
    kinds: list[int]

    @property
    def sums(self) -> tuple[list[int], ...]:
        return self.reserved, self.committed, self.drawn, self.seats_reserved, self.seats_committed


class _Facts(msgspec.Struct, frozen=True, array_like=True):
    """The days that facts of an agreement's stream count from: in order, each with how many orders
    were placed and with its newest version."""

    days: list[int]
    orders: list[int]
    newest: list[int]


class _Kept(msgspec.Struct, frozen=True):
    """What was kept at a version, which facts up to and with it came to, and where next."""

    version: int
    until: int
    moved: list[Moved]
    facts: _Facts


_NONE = (0,) * (len(COUNTED) + 1)
_ALL = (1 << 63) - 1
_PREFIX = agreement.stream("")

Changes = Sequence[tuple[Dimensions, Sequence[tuple[date, int, int]]]]
"""How much days changed what is in use of what has the same dimensions, in öre and in seats."""


# ── Asked ─────────────────────────────────────────────────────────────────────────────────────


def moved(
    connection: Connection, number: str, known_at: datetime | None, at: int | None = None
) -> list[Moved]:
    """What each day moved by dimensions, as known at a moment, by facts up to a position if given;
    some dimensions may come twice."""
    given = _given(number, known_at, at)
    before = _kept(connection, given)
    return before.moved + _moved_since(connection, before, given)


def totals(found: Iterable[Moved], as_of: date | None) -> tuple[Total, ...]:
    """What was in use by dimensions, up to and with a day."""
    by: dict[Dimensions, list[int]] = {}
    for one in found:
        end = _end(one.days, as_of)
        if end:
            had = by.get(one.dimensions, (0,) * len(COUNTED))
            some = zip(had, one.sums, strict=True)
            by[one.dimensions] = [before + sum(values[:end]) for before, values in some]
    return tuple(
        Total(dimensions=dimensions, use=Use(*values[:3]), seats=Use(*values[3:]))
        for dimensions, values in by.items()
    )


def later(found: Iterable[Moved], since: date) -> Changes:
    """What days after one changed of what was in use."""
    return [
        (
            one.dimensions,
            [
                (date.fromordinal(day), reserved + committed + drawn, seats + more_seats)
                for day, reserved, committed, drawn, seats, more_seats in zip(
                    *(values[start:] for values in (one.days, *one.sums)), strict=True
                )
            ],
        )
        for one in found
        if (start := _end(one.days, since)) < len(one.days)
    ]


def days_of(
    found: Iterable[Moved], figure: Figure, unit: Unit, since: date, until: date | None
) -> list[date]:
    """From one day to another those on which some posting moved a figure, in order."""
    kind = {"remaining": unit}.get(figure, figure if unit == "money" else f"seats_{figure}")
    bit = 1 << list(KINDS).index(kind) if kind in KINDS else 0
    first, last = since.toordinal(), (until or date.max).toordinal()
    days = {
        day
        for one in found
        for day, kinds in zip(one.days, one.kinds, strict=True)
        if first <= day <= last and kinds & bit
    }
    return [date.fromordinal(day) for day in sorted(days)]


def counted(connection: Connection, number: str, then: Then) -> tuple[int, int]:
    """The newest version of an agreement's facts that counted, and how many orders were placed."""
    given = _given(number, then.known_at)
    before = _kept(connection, given)
    some = (before.facts, _facts_since(connection, before, given))
    ends = [_end(one.days, then.as_of) for one in some]
    newest = [version for one, end in zip(some, ends, strict=True) for version in one.newest[:end]]
    orders = sum(sum(one.orders[:end]) for one, end in zip(some, ends, strict=True))
    return max(newest, default=0), orders


def by_day(found: Iterable[Moved], until: date) -> list[tuple[date, Use]]:
    """What each day up to and with one changed of the money in use, in order."""
    days: dict[int, Use] = {}
    for one in found:
        end = _end(one.days, until)
        for day, *use in zip(*(values[:end] for values in (one.days, *one.sums[:3])), strict=True):
            days[day] = days.get(day, NOTHING) + Use(*use)
    return [(date.fromordinal(day), use) for day, use in sorted(days.items())]


def _end(days: Sequence[int], as_of: date | None) -> int:
    return len(days) if as_of is None else bisect_right(days, as_of.toordinal())


# ── Read ──────────────────────────────────────────────────────────────────────────────────────

_NEWEST = (
    select(sums.c.version, sums.c.until, sums.c.moved, sums.c.facts)
    .where(sums.c.agreement == bindparam("number"), sums.c.recorded_at <= bindparam("known"))
    .where(sums.c.position <= bindparam("at"))
    .order_by(sums.c.recorded_at.desc(), sums.c.version.desc())
    .limit(1)
)
_UNTIL = select(func.max(sums.c.until)).where(sums.c.agreement == bindparam("number"))
_SINCE = (
    timeline.c.stream == bindparam("stream"),
    timeline.c.version > bindparam("after"),
    timeline.c.version <= bindparam("until"),
    timeline.c.recorded_at <= bindparam("known"),
    timeline.c.position <= bindparam("at"),
)
_KEYS = [postings.c[name] for name in DIMENSIONS]
_MOVED_SINCE = (
    select(
        *_KEYS,
        postings.c.effective_on,
        *(func.sum(postings.c[name]) for name in COUNTED),
        *(
            func.max(case((part != 0, 1 << bit), else_=0))
            for bit, part in enumerate(KINDS.values())
        ),
    )
    .join(timeline, timeline.c.position == postings.c.position)
    .where(*_SINCE, postings.c.order.is_not(None))
    .group_by(*_KEYS, postings.c.effective_on)
    .order_by(postings.c.effective_on)
)
_PLACED = case((timeline.c.name == NAME_OF[RoomReserved], 1), else_=0)
_FACTS_SINCE = (
    select(timeline.c.effective_on, func.sum(_PLACED), func.max(timeline.c.version))
    .where(*_SINCE)
    .group_by(timeline.c.effective_on)
    .order_by(timeline.c.effective_on)
)
_MOVED = msgspec.msgpack.Decoder(list[Moved])
_FACTS = msgspec.msgpack.Decoder(_Facts)


def _given(number: str, known_at: datetime | None, at: int | None = None) -> dict[str, Any]:
    return {
        "number": number,
        "known": _ALL if known_at is None else micros(known_at),
        "at": _ALL if at is None else at,
    }


def _kept(connection: Connection, given: dict[str, Any]) -> _Kept:
    """What was kept last of what is asked about: the log's clock only goes forward."""
    row = connection.execute(_NEWEST, given).first()
    if row is None:
        return _Kept(version=0, until=SUMMED_FACTS, moved=[], facts=_Facts([], [], []))
    return _Kept(row[0], row[1], _MOVED.decode(row[2]), _FACTS.decode(row[3]))


def _since(before: _Kept, given: dict[str, Any]) -> dict[str, Any]:
    found = {name: given[name] for name in ("known", "at")}
    stream = agreement.stream(given["number"])
    return {**found, "stream": stream, "after": before.version, "until": before.until}


def _moved_since(connection: Connection, before: _Kept, given: dict[str, Any]) -> list[Moved]:
    by: dict[tuple[Any, ...], list[Any]] = {}
    keys, values = len(DIMENSIONS), len(DIMENSIONS) + 1 + len(COUNTED)
    for row in connection.execute(_MOVED_SINCE, _since(before, given)):
        day, *moved = row[keys:values]
        some = (day.toordinal(), *map(int, moved), sum(row[values:]))
        by.setdefault(row[:keys], []).append(some)
    return [
        Moved(Dimensions(**dict(zip(DIMENSIONS, key, strict=True))), *_columns(rows))
        for key, rows in by.items()
    ]


def _facts_since(connection: Connection, before: _Kept, given: dict[str, Any]) -> _Facts:
    rows = connection.execute(_FACTS_SINCE, _since(before, given)).all()
    return _Facts(*_columns([(on.toordinal(), int(orders), newest) for on, orders, newest in rows]))


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Any], ...]:
    return tuple(map(list, zip(*rows, strict=True))) or ([], [], [])


# ── Kept ──────────────────────────────────────────────────────────────────────────────────────


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    """Runs after postings and the timeline, which it sums: where it is kept depends on the
    agreement's facts alone, and not on how they come."""
    newest = {
        fact.stream.removeprefix(_PREFIX): fact.version
        for fact in facts
        if fact.stream.startswith(_PREFIX)
    }
    due = {number: version for number, version in newest.items() if version >= SUMMED_FACTS}
    for number, version in due.items():
        until = connection.execute(_UNTIL, {"number": number}).scalar() or SUMMED_FACTS
        while until <= version:
            row = _row(connection, number)
            connection.execute(insert(sums), row)
            until = row["until"]


def _row(connection: Connection, number: str) -> dict[str, Any]:
    """What is kept next."""
    given = _given(number, None)
    before = _kept(connection, given)
    found = _together([*before.moved, *_moved_since(connection, before, given)])
    facts = _both(before.facts, _facts_since(connection, before, given))
    size = sum(len(one.days) for one in found) + len(facts.days)
    t = timeline.c
    last = select(t.position, t.recorded_at).where(
        t.stream == agreement.stream(number), t.version == before.until
    )
    position, recorded_at = connection.execute(last).one()
    return {
        "agreement": number,
        "version": before.until,
        "position": position,
        "recorded_at": recorded_at,
        "until": before.until + max(SUMMED_FACTS, size // SUMMED_PART),
        "moved": msgspec.msgpack.encode(found),
        "facts": msgspec.msgpack.encode(facts),
    }


def _together(some: Iterable[Moved]) -> list[Moved]:
    by: dict[Dimensions, dict[int, tuple[int, ...]]] = {}
    for one in some:
        days = by.setdefault(one.dimensions, {})
        for day, *values, kinds in zip(one.days, *one.sums, one.kinds, strict=True):
            *had, other = days.get(day, _NONE)
            days[day] = (*map(int.__add__, had, values), kinds | other)
    return [
        Moved(dimensions, *_columns([(day, *values) for day, values in sorted(days.items())]))
        for dimensions, days in sorted(by.items(), key=lambda one: str(one[0]))
    ]


def _both(one: _Facts, other: _Facts) -> _Facts:
    days: dict[int, tuple[int, int]] = {}
    for facts in (one, other):
        for day, orders, newest in zip(facts.days, facts.orders, facts.newest, strict=True):
            had = days.get(day, (0, 0))
            days[day] = had[0] + orders, max(had[1], newest)
    return _Facts(*_columns([(day, *values) for day, values in sorted(days.items())]))
