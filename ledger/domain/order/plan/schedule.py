"""The sessions and instalments of an order: what each is worth, and how they follow their lines.

The sessions of a line add up to it, and so do its instalments, whatever becomes of the line.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from ledger.domain.events import Instalment, OrderLine, PlannedSession
from ledger.domain.money import split

SessionStatus = Literal["planned", "held", "cancelled"]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it is now. `amount` in öre; `settled_on` is when it was held or cancelled.

    `fees` is what of its amount, when it was settled, were fees of seats of its line.
    """

    number: int
    planned_on: date
    line: int
    amount: int
    status: SessionStatus = "planned"
    settled_on: date | None = None
    participants: int | None = None
    mentors: int | None = None
    reason: str = ""
    fees: int = 0

    @property
    def day(self) -> date:
        """When it was held, else when it is, or was, to be."""
        held = self.settled_on if self.status == "held" else None
        return held or self.planned_on


class Fee(msgspec.Struct, frozen=True, kw_only=True):
    """What cancelled seats of a line left as a fee, in öre; `borne_by` carries it alone."""

    line: int
    amount: int
    borne_by: str | None = None


class Cancellation(msgspec.Struct, frozen=True, kw_only=True):
    """What was cancelled (seats, a session, else the whole order), and what stayed of it. Öre."""

    on: date
    by: Literal["buyer", "supplier"]
    fee: int
    released: int
    seats: int | None = None
    session: int | None = None
    reason: str = ""


def to_come(sessions: Sequence[PlannedSession]) -> tuple[Session, ...]:
    """Sessions as they are agreed."""
    return tuple(
        Session(number=one.number, planned_on=one.on, line=one.line, amount=one.amount)
        for one in sessions
    )


def falls_due(instalment: Instalment, sessions: Sequence[Session]) -> date:
    """Its own day, or that of the session that it comes with."""
    if instalment.due_on is not None:
        return instalment.due_on
    return next((one.day for one in sessions if one.number == instalment.session), date.max)


def in_order(
    instalments: Sequence[Instalment], sessions: Sequence[Session]
) -> tuple[Instalment, ...]:
    """As they fall due: in that order invoices of a line draw its instalments."""
    return tuple(
        sorted(instalments, key=lambda one: (one.line, falls_due(one, sessions), one.number))
    )


def covered(amounts: Sequence[int], invoiced: int) -> tuple[int, ...]:
    """What of each amount, in their order, so much invoiced covers; at most the amounts."""
    result = []
    for amount in amounts:
        part = max(0, min(amount, invoiced))
        result.append(part)
        invoiced -= part
    return tuple(result)


def fit(
    amounts: Sequence[int], settled: Sequence[int], total: int, least: int = 1
) -> tuple[int, ...]:
    """Amounts that add up to `total`: what is settled stays, what is open follows in proportion.

    Where the total is less than what is settled, the last give way; where nothing is open and
    there is more, it is the last one's. Raises ValueError where there are no amounts.
    """
    more = total - sum(settled)
    if more < 0:
        return covered(settled, total)
    open_ = [amount - done for amount, done in zip(amounts, settled, strict=True)]
    weights = open_ if any(open_) else [*([0] * (len(amounts) - 1)), 1]
    parts = split(more, weights, least)
    return tuple(done + part for done, part in zip(settled, parts, strict=True))


def fitted(
    lines: Sequence[OrderLine],
    sessions: Sequence[Session],
    instalments: Sequence[Instalment],
    invoiced: Mapping[int, int],
    least: int = 1,
) -> tuple[tuple[Session, ...], tuple[Instalment, ...]]:
    """Sessions and instalments that add up to their lines as they now are.

    What belonged to a line that is gone is gone with it. `invoiced` is öre by line, `least` the
    least part of the currency.
    """
    met: list[Session] = []
    due: list[Instalment] = []
    for line in lines:
        mine = [one for one in sessions if one.line == line.number]
        mine.sort(key=lambda one: (one.status != "cancelled", one.number))
        settled = [0 if one.status == "planned" else one.amount for one in mine]
        if mine:
            amounts = fit([one.amount for one in mine], settled, line.amount, least)
            met += [replace(one, amount=a) for one, a in zip(mine, amounts, strict=True)]
        parts = in_order([one for one in instalments if one.line == line.number], sessions)
        if parts:
            asked = [one.amount for one in parts]
            drawn = covered(asked, invoiced.get(line.number, 0))
            amounts = fit(asked, drawn, line.amount, least)
            due += [replace(one, amount=a) for one, a in zip(parts, amounts, strict=True)]
    return (
        tuple(sorted(met, key=lambda one: one.number)),
        tuple(sorted(due, key=lambda one: one.number)),
    )


def open_fees(fees: Sequence[Fee], sessions: Sequence[Session]) -> dict[int, int]:
    """Fees of a line's cancelled seats that are in no session which was held or cancelled, öre."""
    open_: dict[int, int] = {}
    for fee in fees:
        open_[fee.line] = open_.get(fee.line, 0) + fee.amount
    for one in sessions:
        if one.fees and one.line in open_:
            open_[one.line] -= one.fees
    return {line: max(0, amount) for line, amount in open_.items()}


def fees_in(fees: Sequence[Fee], sessions: Sequence[Session], number: int, least: int = 1) -> int:
    """What of a session that is to come are fees of its line's cancelled seats, in öre."""
    (session,) = (one for one in sessions if one.number == number)
    open_ = open_fees(fees, sessions).get(session.line, 0)
    planned = [one for one in sessions if one.line == session.line and one.status == "planned"]
    weights = [one.amount for one in planned]
    if not open_ or not any(weights):
        return 0
    parts = split(open_, weights, least)
    return min(session.amount, parts[[one.number for one in planned].index(number)])


def moved_fees(fees: Sequence[Fee], of: int, to: int, amount: int) -> tuple[Fee, ...]:
    """The fees after so much of those of one line, in öre, has gone to another."""
    after: list[Fee] = []
    for fee in fees:
        goes = min(amount, fee.amount) if fee.line == of else 0
        amount -= goes
        if fee.amount > goes:
            after.append(replace(fee, amount=fee.amount - goes))
        if goes:
            after.append(replace(fee, line=to, amount=goes))
    return tuple(after)


def restored_fees(
    now: Sequence[Fee], before: Sequence[Fee], after: Sequence[Fee]
) -> tuple[Fee, ...]:
    """The fees with what one fact took of them, from `before` it to `after`, given back; what came
    of them since stays."""
    gone: dict[tuple[int, str | None], int] = {}
    for sign, some in ((1, before), (-1, after)):
        for fee in some:
            key = fee.line, fee.borne_by
            gone[key] = gone.get(key, 0) + sign * fee.amount
    found = []
    for fee in now:
        more = gone.pop((fee.line, fee.borne_by), 0)
        found.append(replace(fee, amount=fee.amount + more))
    left = (Fee(line=key[0], amount=more, borne_by=key[1]) for key, more in gone.items() if more)
    return (*left, *found)


def settle(sessions: Sequence[Session], number: int, **changed: object) -> tuple[Session, ...]:
    """The sessions after one of them changed."""
    return tuple(replace(one, **changed) if one.number == number else one for one in sessions)
