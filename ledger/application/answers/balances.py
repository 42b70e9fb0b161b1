"""What goes out of balances: what is left of an agreement and of each of its limits."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, ClassVar

from ledger.application.answers.making import Answer, made
from ledger.application.answers.members import (
    amount,
    as_told,
    day,
    in_unit,
    listed,
    moment,
    one_of,
    quantity,
    text,
    truth,
    whole,
)
from ledger.application.answers.terms import PLACES, Committed, Drawn, Reserved
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import EFFECTS
from ledger.domain import agreement
from ledger.domain.agreement import NO_ORDERS
from ledger.domain.limits import UNITS
from ledger.projections import postings
from ledger.projections.postings import balance_now
from ledger.projections.seeing import Part

ROOM = "can be ordered today"
"""What a table calls it: the room of a credit is another thing."""


class LimitBalance(Answer):
    """A limit, in its unit: amounts, or of one in seats whole numbers of them."""

    name: Annotated[str, text("The limit; the first is the cap.")]
    unit: Annotated[str, one_of("What it counts.", UNITS)]
    amount: Annotated[str | None, quantity("The most that may be used; null: unknown.", "amount")]
    reserved: Annotated[str, quantity("Ordered and not yet answered.", "use.reserved")]
    committed: Annotated[str, quantity("Confirmed and not yet invoiced.", "use.committed")]
    drawn: Annotated[str, quantity("Invoices approved; of seats none.", "use.drawn")]
    remaining: Annotated[
        str | None, quantity("What is left, also below 0; null: unknown.", "remaining")
    ]
    room: Annotated[
        str | None,
        quantity("What can be ordered of it today, before it speaks; null: unknown.", "room", ROOM),
    ]
    effect: Annotated[str, one_of("What passing it does.", EFFECTS)]
    begins_on: Annotated[
        date | None, day("The day before which it is not there; null: it is there.")
    ]


Cap = Annotated[str | None, amount("Takvolym; null: unknown.", of="amount")]
Remaining = Annotated[str | None, amount("What is left, also below 0; null: unknown.")]
Room = Annotated[
    str | None,
    amount("What can be ordered today, or on the day asked about; null: unknown.", head=ROOM),
]
RoomReason = Annotated[
    str | None,
    one_of("Why nothing can be ordered; null: orders are taken.", NO_ORDERS, of="no_orders"),
]
Limits = Annotated[list[LimitBalance], listed("Every limit; the cap first.")]


class LaterAmount(Answer):
    """What a limit is from a later day on: it is in no figure before."""

    day: Annotated[date, day("From which day.")]
    limit: Annotated[str, text("The limit; the first is the cap.")]
    amount: Annotated[str | None, as_told("The most that may be used then; null: unknown.")]
    effect: Annotated[str, one_of("What passing it does then.", EFFECTS)]
    tolerance: Annotated[int, whole("Per cent that may be passed then before it speaks.")]
    removed: Annotated[bool, truth("Whether it is removed then: it binds nothing from that day.")]


Later = Annotated[
    list[LaterAmount], listed("What takes effect later than that day, by day; in no figure.")
]


class Preview(Answer):
    """What would be left."""

    cap: Cap
    reserved: Reserved
    committed: Committed
    drawn: Drawn
    remaining: Remaining
    room: Room
    room_reason: RoomReason
    limits: Limits
    later: Later


class Balance(Answer):
    """What is left, as of a business date, as known at a moment."""

    leading: ClassVar[tuple[str, ...]] = (
        *PLACES,
        "cap",
        "remaining",
        "room",
        "room_reason",
        "limits",
    )

    agreement: Annotated[str, text("The agreement's number.")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    cap: Cap
    reserved: Reserved
    committed: Committed
    drawn: Drawn
    remaining: Remaining
    room: Room
    room_reason: RoomReason
    limits: Limits
    later: Later
    opening_balance: Annotated[str, amount("What of the drawn was invoiced before it came here.")]
    in_kind: Annotated[str, amount("What was given in kind: it counts nowhere.")]
    as_of: Annotated[date, day("The business date.")]
    known_at: Annotated[datetime, moment("What had been recorded by then.")]
    position: Annotated[int, whole("The agreement's latest fact in the log.")]


def balance_answer(
    state: agreement.State,
    limits: Sequence[postings.LimitBalance],
    as_of: date,
    known_at: datetime,
    at: int,
    beside: postings.Beside,
) -> Balance:
    """`limits[0]` is the cap. An unknown cap leaves remaining unknown, never 0."""
    return made(
        Balance,
        limits[0],
        agreement=state.number,
        currency=state.currency,
        limits=limits,
        later=_later(limits),
        in_kind=beside.in_kind,
        opening_balance=beside.opening,
        as_of=as_of,
        known_at=known_at,
        position=at,
    )


def _later(limits: Sequence[postings.LimitBalance]) -> list[LaterAmount]:
    found = ((then, one) for one in limits for then in one.later)
    return [
        LaterAmount(
            day=then.on,
            limit=one.name,
            amount=in_unit(then.amount, one.unit),
            effect=then.effect,
            tolerance=then.tolerance,
            removed=then.removed,
        )
        for then, one in sorted(found, key=lambda later: later[0].on)
    ]


def preview(state: agreement.State, day: date, only: Part = None) -> Preview:
    """What a state leaves of each limit, with the amounts that hold on a day.

    Before the term, with those that it begins with. What can be ordered is that of the day itself.
    `only` are the suppliers that ask, where they may not see what others use.
    """
    limits = balance_now(state, max(day, state.starts_on), only, day)
    return made(Preview, limits[0], limits=limits, later=_later(limits))
