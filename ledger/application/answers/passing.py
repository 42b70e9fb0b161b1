"""What goes out of what came after a limit was passed."""

from datetime import date, datetime, timedelta
from typing import Annotated

from ledger.application.answers.explained import Behind
from ledger.application.answers.log import Actor, recorded_at
from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    day,
    listed,
    moment,
    nested,
    one_of,
    quantity,
    text,
    whole,
)
from ledger.application.bodies.fields import CURRENCY
from ledger.domain import agreement
from ledger.domain.limits import UNITS
from ledger.projections.passing import CAME, Came, Passed
from ledger.projections.then import Then


def _named(came: Came, _: object) -> str:
    found: str = came.fact["stream"].partition("/")[2]
    return found


def _recorded(came: Came, at: object) -> datetime:
    return recorded_at(came.fact, at)


def _seen_at(came: Came, at: object) -> datetime:
    return recorded_at(came.fact, at) - timedelta(microseconds=1)


class CameAfter(Answer):
    """An order or an invoice that came after the limit was passed, and after that could be known;
    with what could be seen of its day just before it was recorded."""

    recorded_at: Annotated[datetime, moment("When it was recorded.", of=_recorded)]
    effective_on: Annotated[
        date,
        day("The business date that it counts for.", of=lambda one, _: one.fact["effective_on"]),
    ]
    kind: Annotated[str, one_of("What came.", tuple(CAME.values()))]
    id: Annotated[str, text("The order's number, or the invoice's id.", of=_named)]
    by: Annotated[Actor, nested(of="fact")]
    event: Annotated[Behind, nested(of="fact")]
    unit: Annotated[str, one_of("What the limit counts.", UNITS)]
    asked: Annotated[
        str, quantity("What it asked for of the limit.", "asked", "asked of the limit")
    ]
    amount: Annotated[
        str,
        quantity("The amount in force on its day, as could be seen.", "amount", "amount in force"),
    ]
    used: Annotated[
        str, quantity("What was in use on its day, as could be seen.", "used", "in use then")
    ]
    over: Annotated[
        str,
        quantity("How much more was in use than the amount in force.", "over", "above the amount"),
    ]
    seen_at: Annotated[
        datetime, moment("The moment before it: ask as known then for the same.", of=_seen_at)
    ]


class FirstKnown(Answer):
    """What was recorded when it first showed that the limit is passed."""

    recorded_at: Annotated[datetime, moment("From this moment it could be known.", of=recorded_at)]
    by: Annotated[Actor, nested(of=lambda row, _: row)]
    event: Annotated[Behind, nested(of=lambda row, _: row)]


class AfterPassing(Answer):
    """Whether a limit was passed by a day, from when that could be known, and what came since."""

    agreement: Annotated[str, text("The agreement's number.")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    limit: Annotated[str, text("The limit's name.")]
    unit: Annotated[str, one_of("What the limit counts.", UNITS)]
    as_of: Annotated[date | None, day("The business date asked about; null: everything.")]
    known_at: Annotated[datetime | None, moment("The moment asked about; null: everything.")]
    amount: Annotated[
        str | None, quantity("The amount in force on that date; null: unknown.", "amount")
    ]
    used: Annotated[str, quantity("What is in use on that date.", "used")]
    passed_on: Annotated[
        date | None,
        day("The first day up to that date on which more is in use than the amount in force; null: "
            "none."),
    ]  # fmt: skip
    known_from: Annotated[FirstKnown | None, nested(of="known_by")]
    count: Annotated[int, whole("How many orders and invoices came, on all pages.")]
    position: Annotated[int, whole("The place in the log that every page is told from.")]
    items: Annotated[
        list[CameAfter], listed("What came, in the order of the log: a page.", of="came")
    ]


def after_passing_answer(
    state: agreement.State, limit: str, found: Passed, asked: Then, at: int, language: str = "en"
) -> AfterPassing:
    return made(
        AfterPassing,
        found,
        At(language, currency=state.currency),
        agreement=state.number,
        currency=state.currency,
        limit=limit,
        as_of=asked.as_of,
        known_at=asked.known_at,
        position=at,
    )
