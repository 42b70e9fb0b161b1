"""What goes out of balances: what is left of an agreement and of each of its limits."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, ClassVar

from ledger.application.answers.making import Answer, made
from ledger.application.answers.members import amount, day, listed, moment, one_of, text, whole
from ledger.application.answers.terms import PLACES, Committed, Drawn, Reserved
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import EFFECTS
from ledger.domain import agreement
from ledger.domain.agreement import NO_ORDERS
from ledger.domain.events import Fact
from ledger.projections import postings
from ledger.projections.postings import balance_now
from ledger.projections.seeing import Part


class LimitBalance(Answer):
    name: Annotated[str, text("The limit; the first is the cap.")]
    amount: Annotated[str | None, amount("The most that may be used; null: unknown.")]
    reserved: Reserved
    committed: Committed
    drawn: Drawn
    remaining: Annotated[str | None, amount("What is left, also below 0; null: unknown.")]
    room: Annotated[
        str | None, amount("What can be ordered of it today, before it speaks; null: unknown.")
    ]
    effect: Annotated[str, one_of("What passing it does.", EFFECTS)]


Cap = Annotated[str | None, amount("Takvolym; null: unknown.", of="amount")]
Remaining = Annotated[str | None, amount("What is left, also below 0; null: unknown.")]
Room = Annotated[
    str | None, amount("What can be ordered today, or on the day asked about; null: unknown.")
]
RoomReason = Annotated[
    str | None,
    one_of("Why nothing can be ordered; null: orders are taken.", NO_ORDERS, of="no_orders"),
]
Limits = Annotated[list[LimitBalance], listed("Every limit; the cap first.")]


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
    in_kind: int,
) -> Balance:
    """`limits[0]` is the cap. An unknown cap leaves remaining unknown, never 0.

    `in_kind` (öre) stands beside it and counts nowhere.
    """
    return made(
        Balance,
        limits[0],
        agreement=state.number,
        currency=state.currency,
        limits=limits,
        in_kind=in_kind,
        as_of=as_of,
        known_at=known_at,
        position=at,
    )


def preview(
    state: agreement.State, day: date, only: Part = None, today: date | None = None
) -> Preview:
    """What a state leaves of each limit, with the amounts that hold on a day.

    Before the term, with those that it begins with. What can be ordered is that of `today`, else
    of the day itself.
    `only` are the suppliers that ask, where they may not see what others use.
    """
    limits = balance_now(state, max(day, state.starts_on), only, today or day)
    return made(Preview, limits[0], limits=limits)


def told_on(facts: Iterable[Fact], today: date) -> date:
    """The day whose amounts a balance after a command is told with: today, or the day from which
    its facts count where that is later. A change that others recorded ahead does not bind yet."""
    return max([today, *(fact.effective_on for fact in facts)])
