"""After a limit was passed, and after that could be known: which orders and invoices then came.

A limit is passed on a day where what is in use of it, by what counts up to and with that day, is
more than the amount in force then; its tolerance is not asked. What is recorded late, or set from a
day that has been, makes a limit passed on days that are over: that can be known only since then. So
the log is gone through in its order, command by command, and before each order and invoice it is
asked what had been recorded until then. In the limit's unit: öre excluding VAT, or seats.
"""

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, case, func, select

from ledger.bounds import BATCH
from ledger.domain import agreement
from ledger.domain.events import NAME_OF, NOBODY, DrawdownRecorded, OrderPlaced
from ledger.domain.limits import Limit
from ledger.domain.refusals import NotFound
from ledger.projections import sums
from ledger.projections.database import IS_TERM, postings, timeline
from ledger.projections.postings import CHANGES, limits_known
from ledger.projections.then import Then

CAME = {NAME_OF[OrderPlaced]: "order", NAME_OF[DrawdownRecorded]: "invoice"}
"""Stored name of a fact → what came by it."""
_UNKNOWN = 1 << 80
"""Stands for an amount that is unknown: nothing passes it."""


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """An order or an invoice that came while the limit was passed and that could be known.

    `fact` is a row of the timeline. `asked` is what it asked for of the limit; `amount` and `used`
    are what could be seen as of its day just before it was recorded.
    """

    fact: dict[str, Any]
    kind: str
    asked: int
    amount: int
    used: int
    unit: str

    @property
    def over(self) -> int:
        return self.used - self.amount


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a limit was passed by a day, and what came after that. `amount` (None: unknown) and
    `used` are of the day that is asked about.

    `passed_on` is the first day on which it was passed by all that had been recorded; `known_by` is
    what the command was about (a row of the timeline) after which it first showed that it was
    passed on some day up to that one: None where it never did. `came` are `count` in all.
    """

    unit: str
    amount: int | None
    used: int
    passed_on: date | None
    known_by: dict[str, Any] | None
    came: tuple[Came, ...]
    count: int
    following: int | None


def passed(
    connection: Connection,
    state: agreement.State,
    name: str,
    then: Then,
    *,
    at: int,
    after: int,
    rows: int,
) -> Passed:
    """By facts up to the position `at`; so many of what came, after a position. Raises NotFound."""
    known = limits_known(connection, state, then.known_at)
    limit = next((one for one in known if one.name == name), None)
    if limit is None:
        raise NotFound(what="limit", name=name)
    day = then.as_of or date.max
    history = _History(connection, state.number, limit, Then(known_at=then.known_at), at)
    over = history.over(day)
    first, came = history.gone_through(over, day) if over else (None, [])
    page = [one for one in came if one.position > after][: rows + 1]
    seen = page[:rows]
    return Passed(
        unit=limit.unit,
        amount=history.amount(day),
        used=sum(change for on, change in history.used.items() if on <= day),
        passed_on=min(over, default=None),
        known_by=None if first is None else history.about(first),
        came=tuple(history.told(seen)),
        count=len(came),
        following=seen[-1].position if len(page) > rows else None,
    )


class _Candidate(NamedTuple):
    """An order or an invoice, before which the limit was passed by what had been recorded: what
    could be seen of its day, `amount` and `used`."""

    position: int
    on: date
    amount: int
    used: int


class _Change(NamedTuple):
    """What a fact changed: of what is in use on a day, or (None) of the limit's own amounts."""

    position: int
    request: str
    on: date
    used: int | None
    came: bool


class _Days:
    """How much more than the amount in force is in use on each day up to one: changes of it can be
    made, and asked about, in as many steps as the number of days has digits in base two."""

    def __init__(self, days: Iterable[date], until: date) -> None:
        self.days = sorted({day for day in days if day <= until})
        self.place = {day: i for i, day in enumerate(self.days)}
        self.size = 1 << max(0, len(self.days) - 1).bit_length()
        self.sums = [0] * (2 * self.size)
        self.most = [0] * (2 * self.size)

    def add(self, on: date, change: int) -> None:
        """From a day on; of later ones than are asked about, nothing."""
        at = self.place.get(on)
        if at is None:
            return
        at += self.size
        self.sums[at] += change
        self.most[at] = self.sums[at]
        while at > 1:
            at //= 2
            left, right = 2 * at, 2 * at + 1
            self.sums[at] = self.sums[left] + self.sums[right]
            self.most[at] = max(self.most[left], self.sums[left] + self.most[right])

    def on(self, day: date) -> int:
        """How much on a day, by all changes that count from it or earlier."""
        at = self.place[day] + self.size
        found = self.sums[at]
        while at > 1:
            if at % 2:
                found += self.sums[at - 1]
            at //= 2
        return found

    @property
    def worst(self) -> int:
        """How much is over on the day on which most is; not above 0 where none is."""
        return self.most[1]


class _History:
    """What was recorded of a limit, in the order of the log."""

    def __init__(
        self, connection: Connection, number: str, limit: Limit, then: Then, at: int
    ) -> None:
        self.connection, self.number, self.limit = connection, number, limit
        t, p = timeline.c, postings.c
        self.kept = (t.agreement == number, t.position <= at, *then.of(timeline))
        self.of_limit = (
            p.agreement == number,
            p.order.is_not(None),
            p.position <= at,
            *then.of(postings),
            *(p[name] == getattr(limit, name) for name in limit.named),
        )
        self.moved = (
            p.reserved + p.committed + p.drawn
            if limit.unit == "money"
            else p.seats_reserved + p.seats_committed
        )
        self.amounts = dict(self._amounts())
        self.in_force = list(self.amounts.values())[-1] if self.amounts else {}
        self.used = self._used(number, then, at)
        self.lines: dict[tuple[str, int | None], int] = {}

    def amount(self, day: date) -> int | None:
        """What is in force on a day."""
        steps = [amount for on, amount in sorted(self.in_force.items()) if on <= day]
        return None if not steps or steps[-1] == _UNKNOWN else steps[-1]

    def over(self, until: date) -> set[date]:
        """The days up to one on which it is passed, of those on which anything changes."""
        found, use, amount = set[date](), 0, _UNKNOWN
        for day in sorted({*self.used, *self.in_force}):
            use += self.used.get(day, 0)
            amount = self.in_force.get(day, amount)
            if day <= until and use > amount:
                found.add(day)
        return found

    def gone_through(self, over: set[date], until: date) -> tuple[str | None, list[_Candidate]]:
        """The request after which it first showed that the limit is passed, and all that came after
        that on days on which it is, while it showed."""
        self.lines = self._lines()
        changes = [*self._moves(), *self._comings(over, until), *self._settings()]
        changes.sort(key=lambda one: one.position)
        every = {
            *(one.on for one in changes),
            *(day for some in self.amounts.values() for day in some),
        }
        days, used = _Days(every, until), _Days(every, until)
        first: str | None = None
        found: list[_Candidate] = []
        in_force: dict[date, int] = {}
        for request, some in itertools.groupby(changes, key=lambda one: one.request):
            command = list(some)
            for one in command:
                if one.came and (more := days.on(one.on)) > 0:
                    use = used.on(one.on)
                    found.append(_Candidate(one.position, one.on, use - more, use))
            for one in command:
                if one.used is not None:
                    days.add(one.on, one.used)
                    used.add(one.on, one.used)
                elif not one.came:
                    _set(days, in_force, self.amounts[one.position])
                    in_force = self.amounts[one.position]
            if first is None and days.worst > 0:
                first = request
        return first, found

    def _used(self, number: str, then: Then, at: int) -> dict[date, int]:
        """How much each day changed of what is in use."""
        found: dict[date, int] = {}
        for one in sums.moved(self.connection, number, then.known_at, at):
            if self.limit.matches(one.dimensions):
                counts = one.sums[:3] if self.limit.unit == "money" else one.sums[3:]
                for day, *changes in zip(one.days, *counts, strict=True):
                    on = date.fromordinal(day)
                    found[on] = found.get(on, 0) + sum(changes)
        return found

    def _moves(self) -> Iterator[_Change]:
        p, t = postings.c, timeline.c
        query = (
            select(p.position, t.request, p.effective_on, func.sum(self.moved))
            .join(timeline, t.position == p.position)
            .where(*self.of_limit)
            .group_by(p.position, t.request, p.effective_on)
        )
        for position, request, on, moved in self._rows(query):
            yield _Change(position, request, on, int(moved), False)

    def _comings(self, over: set[date], until: date) -> Iterator[_Change]:
        """Orders and invoices of days on which the limit is passed that take of it; a credit takes
        nothing, and invoices take no seats."""
        t = timeline.c
        names = list(CAME) if self.limit.unit == "money" else [NAME_OF[OrderPlaced]]
        query = select(timeline).where(
            *self.kept, t.name.in_(names), t.effective_on.between(min(over), until)
        )
        changed = sorted({*self.used, *self.in_force})
        for row in self._rows(query):
            is_over = changed[bisect_right(changed, row.effective_on) - 1] in over
            if is_over and self._asked(row._mapping) > 0:
                yield _Change(row.position, row.request, row.effective_on, None, True)

    def _asked(self, fact: Any) -> int:
        """What an order or an invoice asks for of the limit."""
        noun, _, name = fact["stream"].partition("/")
        if noun == "order":
            return self.lines.get((name, None), 0)
        event = msgspec.json.decode(fact["data"], type=DrawdownRecorded)
        return sum(
            part.amount for part in event.allocations if (part.order, part.line) in self.lines
        )

    def _lines(self) -> dict[tuple[str, int | None], int]:
        """Lines of orders that the limit matches; and what each order took when it was placed."""
        p = postings.c
        placed = case((p.cause == "placed", self.moved), else_=0)
        query = select(p.order, p.line, func.sum(placed)).where(*self.of_limit)
        found: dict[tuple[str, int | None], int] = {}
        for order, line, moved in self._rows(query.group_by(p.order, p.line)):
            found[order, line] = int(moved)
            found[order, None] = found.get((order, None), 0) + int(moved)
        return found

    def _amounts(self) -> Iterator[tuple[int, dict[date, int]]]:
        """Position of each fact that sets limits → what the amount of this one then is from each
        day on which one is set."""
        t = timeline.c
        query = select(t.position, t.name, t.data, t.effective_on).where(
            *self.kept, t.stream == agreement.stream(self.number), t.name.in_(CHANGES), IS_TERM
        )
        state: agreement.State | None = None
        for row in self._rows(query.order_by(t.position)):
            event = msgspec.json.decode(row.data, type=CHANGES[row.name])
            state = agreement.evolve(state, event, row.effective_on, NOBODY)
            mine = next((one for one in state.limits if one.name == self.limit.name), None)
            steps = mine.staircase if mine is not None else ()
            begins = {date.min: _UNKNOWN}
            yield (
                row.position,
                begins | {day: _UNKNOWN if amount is None else amount for day, amount in steps},
            )

    def _settings(self) -> Iterator[_Change]:
        t = timeline.c
        positions = list(self.amounts)
        for start in range(0, len(positions), BATCH):
            query = select(t.position, t.request).where(
                t.position.in_(positions[start : start + BATCH])
            )
            for position, request in self._rows(query):
                yield _Change(position, request, date.min, None, False)

    def about(self, request: str) -> dict[str, Any]:
        """What a command was about: the first of its facts, an order's or an invoice's rather than
        the agreement's own."""
        t = timeline.c
        own = case((t.stream == agreement.stream(self.number), 1), else_=0)
        query = select(timeline).where(*self.kept, t.request == request).order_by(own, t.position)
        return dict(self.connection.execute(query.limit(1)).mappings().one())

    def told(self, some: Sequence[_Candidate]) -> Iterator[Came]:
        t = timeline.c
        query = select(timeline).where(t.position.in_([one.position for one in some]))
        facts = {row["position"]: dict(row) for row in self.connection.execute(query).mappings()}
        for one in some:
            fact = facts[one.position]
            yield Came(
                fact=fact,
                kind=CAME[fact["name"]],
                asked=self._asked(fact),
                amount=one.amount,
                used=one.used,
                unit=self.limit.unit,
            )

    def _rows(self, query: Any) -> Iterator[Any]:
        with self.connection.execute(query.execution_options(yield_per=BATCH)) as result:
            yield from result


def _set(days: _Days, had: dict[date, int], has: dict[date, int]) -> None:
    """The amounts in force are others."""
    for amounts, sign in ((had, 1), (has, -1)):
        before = 0
        for day, amount in sorted(amounts.items()):
            days.add(day, sign * (amount - before))
            before = amount
