"""What an order has delivered, and by when: what its costs belong to, whatever is invoiced.

A session is delivered when it is held; what has none, when the order is reported delivered, in its
line's delivery year if that was before; a fee, when it was cancelled. Invoices of a line pay what
was delivered first, and a credit takes back the latest.
"""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import Literal

import msgspec
from msgspec.structs import replace

from ledger.domain.events import LineAmount, OrderLine
from ledger.domain.order.state import RELEASED, State
from ledger.domain.position import by_line

Basis = Literal["sessions", "delivery", "cancellation", "nothing"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a line, in öre, and the day that it was delivered; None: not yet."""

    amount: int
    on: date | None = None
    session: int | None = None


class Accrual(msgspec.Struct, frozen=True, kw_only=True):
    """What of a line belongs to another year than its invoices, at the end of a year. Öre.

    `accrued` was delivered and not invoiced, `prepaid` invoiced and not delivered; one of them is
    0. `sessions` are those that it is for, `basis` what says that anything was delivered.
    """

    line: OrderLine
    delivered: int
    invoiced: int
    sessions: tuple[int, ...]
    basis: Basis

    @property
    def accrued(self) -> int:
        return max(0, self.delivered - self.invoiced)

    @property
    def prepaid(self) -> int:
        return max(0, self.invoiced - self.delivered)


def parts_of(state: State, line: OrderLine) -> tuple[Part, ...]:
    """A line's amount in the order in which it was, or is to be, delivered.

    Of an order that holds no more than its invoices, what was not invoiced was not delivered.
    """
    sessions = [one for one in state.sessions if one.line == line.number and one.amount]
    if sessions:
        parts = [
            Part(amount=one.amount, on=one.settled_on or _with_the_order(state, line),
                 session=one.number)
            for one in sessions
        ]  # fmt: skip
    else:
        parts = [Part(amount=line.amount, on=_with_the_order(state, line))]
    parts.sort(key=lambda part: (part.on or date.max, part.session or 0))
    if state.status not in RELEASED:
        return tuple(parts)
    invoiced = by_line((*state.drawn, *state.pending)).get(line.number, 0)
    ends = list(accumulate(part.amount for part in parts))
    return tuple(
        replace(part, amount=min(part.amount, invoiced - end + part.amount))
        for part, end in zip(parts, ends, strict=True)
        if end - part.amount < invoiced
    )


def _with_the_order(state: State, line: OrderLine) -> date | None:
    """When all of the order was: reported so, or ended, since then no more is to come."""
    day = state.delivered_on
    if state.status == "cancelled":
        day = state.cancellations[-1].on
    elif state.status == "closed":
        day = day or state.closed_on or state.moved_on
    return day and min(day, date(line.year, 12, 31))


def accruals(state: State, invoiced: dict[int, int], year: int) -> tuple[Accrual, ...]:
    """What of each line belongs to another year at the end of `year`; without those that agree.

    `invoiced` is net of credits, in öre by line, by invoices issued up to the end of that year;
    beside them stands what was invoiced before the order was taken into the ledger.
    """
    found = []
    for line in state.lines:
        parts = parts_of(state, line)
        delivered = sum(part.amount for part in parts if _by(part, year))
        paid = invoiced.get(line.number, 0)
        paid += _carried(state, line, year, delivered - paid)
        if delivered != paid:
            found.append(
                Accrual(
                    line=line,
                    delivered=delivered,
                    invoiced=paid,
                    sessions=_between(parts, min(delivered, paid), max(delivered, paid)),
                    basis=_basis(state, parts, year),
                )
            )
    return tuple(found)


def _carried(state: State, line: OrderLine, year: int, unpaid: int) -> int:
    """What of a line was invoiced before it came here, by the end of a year. Of a year that ended
    before the day of the opening balance nobody knows: it pays what was delivered, and no more."""
    if state.opening is None:
        return 0
    amount = by_line(state.opening.lines).get(line.number, 0)
    return amount if state.opening.on.year <= year else min(amount, max(0, unpaid))


def _by(part: Part, year: int) -> bool:
    return part.on is not None and part.on.year <= year


def _basis(state: State, parts: Sequence[Part], year: int) -> Basis:
    delivered = [part for part in parts if _by(part, year)]
    if not delivered:
        return "nothing"
    if any(part.session for part in delivered):
        return "sessions"
    return "cancellation" if state.status == "cancelled" else "delivery"


def _between(parts: Sequence[Part], low: int, high: int) -> tuple[int, ...]:
    """The sessions that lie between two amounts of a line, counted from its first."""
    found, end = [], 0
    for part in parts:
        start, end = end, end + part.amount
        if start < high and end > low and part.session is not None:
            found.append(part.session)
    return tuple(found)


def earlier_years(state: State, lines: Sequence[LineAmount], issued_on: date) -> tuple[int, ...]:
    """The years before that of an invoice or credit in which what it is for was delivered."""
    before = by_line((*state.drawn, *state.pending))
    years: set[int] = set()
    for drawn in lines:
        start = before.get(drawn.line, 0)
        low, high = sorted((start, start + drawn.amount))
        for line in state.lines:
            end = 0
            for part in parts_of(state, line) if line.number == drawn.line else ():
                first, end = end, end + part.amount
                if first < high and end > low and part.on and part.on.year < issued_on.year:
                    years.add(part.on.year)
    return tuple(sorted(years))
