"""How an agreement's balance went, day by day: what was in use and what the cap was, from its start
to a day, at a bounded number of days however many orders there are."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from sqlalchemy import Connection

from ledger.bounds import COURSE_DAYS
from ledger.domain import agreement
from ledger.domain.limits import Use
from ledger.projections import sums
from ledger.projections.postings import limits_known
from ledger.projections.then import Then

DAY = timedelta(days=1)


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """What the balance was at the end of a day: öre; a cap of None is unknown."""

    on: date
    cap: int | None
    use: Use

    @property
    def remaining(self) -> int | None:
        """What was left of the cap; None where that was unknown."""
        return None if self.cap is None else self.cap - self.use.total


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What the cap is from a day on, in öre; None: unknown."""

    on: date
    amount: int | None


def course(
    connection: Connection, state: agreement.State, until: date, then: Then
) -> Sequence[Point]:
    """The balance on every day that changed it and at the end of every month, from the day on which
    the term begins (or the first that changed it) until a day. As of each of its days it is the
    balance of that day, as known `then`.

    Where more days changed it than are drawn, those between month ends are left out.
    """
    moved = sums.by_day(sums.moved(connection, state.number, then.known_at), until)
    steps = [one for one in cap_steps(connection, state, then) if one.on <= until]
    first = min([state.starts_on, until, *(on for on, _ in moved)])
    named = {first, until, *_month_ends(first, until), *(one.on for one in steps)}
    changed = {on for on, _ in moved}
    if len(named | changed) <= COURSE_DAYS:
        named |= changed
    found, use, at = [], Use(), 0
    for on in sorted(day for day in named if first <= day <= until):
        while at < len(moved) and moved[at][0] <= on:
            use += moved[at][1]
            at += 1
        cap = next((one.amount for one in reversed(steps) if one.on <= on), None)
        found.append(Point(on=on, cap=cap, use=use))
    return found


def cap_steps(connection: Connection, state: agreement.State, then: Then) -> Sequence[Step]:
    """What the cap is from each day on which it is set, as known `then`, also of days to come."""
    cap = limits_known(connection, state, then.known_at)[0]
    return [Step(on=on, amount=amount) for on, amount in cap.staircase]


def _month_ends(first: date, last: date) -> list[date]:
    """The last day of every month from one day to another."""
    found, day = [], first.replace(day=1)
    while day <= last:
        day = (day + 31 * DAY).replace(day=1)
        if day - DAY <= last:
            found.append(day - DAY)
    return found
