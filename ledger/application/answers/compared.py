"""What goes out of two views of an agreement beside each other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from ledger.application.answers.balances import Balance, balance_answer
from ledger.application.answers.explained import Behind, Decision, decision_of
from ledger.application.answers.log import Actor, recorded_at
from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    listed,
    moment,
    nested,
    one_of,
    quantity,
    text,
    whole,
)
from ledger.clock import day_of
from ledger.domain import agreement
from ledger.domain.limits import UNITS
from ledger.projections.between import Between
from ledger.projections.comparing import Compared
from ledger.projections.then import Then

SIDES = ("to", "from", "both")


class LimitChange(Answer):
    """By how much a limit changed from one view to the other."""

    limit: Annotated[str, text("The limit's name.")]
    unit: Annotated[str, one_of("What it counts.", UNITS)]
    amount: Annotated[
        str | None, quantity("What it may hold; null: unknown in one of them.", "amount")
    ]
    reserved: Annotated[str, quantity("Ordered and not yet answered.", "use.reserved")]
    committed: Annotated[str, quantity("Confirmed and not yet invoiced.", "use.committed")]
    drawn: Annotated[str, quantity("Invoices approved; of seats none.", "use.drawn")]
    remaining: Annotated[
        str | None, quantity("What is left; null: unknown in one of them.", "remaining")
    ]


class Moved(Answer):
    """What one command moved between the views, and which of its facts comes first in them."""

    side: Annotated[str, one_of("In which view it is: came in, went, or counts otherwise.", SIDES)]
    event: Annotated[Behind, nested(of="fact")]
    by: Annotated[Actor, nested(of="fact")]
    recorded_at: Annotated[
        datetime, moment("When it was recorded.", of=lambda item, at: recorded_at(item.fact, at))
    ]
    decision: Annotated[Decision | None, nested(of=decision_of)]
    moved: Annotated[
        list[LimitChange], listed("Every limit that it changed; none where no money moved.")
    ]


class Comparison(Answer):
    """Two views, what changed, and what came in between: `items` add up to `changes`."""

    agreement: Annotated[str, text("The agreement's number.")]
    position: Annotated[int, whole("The place in the log that both views are told from.")]
    from_: Annotated[Balance, nested()] = msgspec.field(name="from")
    to: Annotated[Balance, nested()]
    changes: Annotated[list[LimitChange], listed("By how much every limit changed, the cap first.")]
    items: Annotated[list[Moved], listed("What came in between, in the order of the log: a page.")]


def comparison_answer(
    state: agreement.State,
    found: Compared,
    views: Sequence[Then],
    now: datetime,
    at: int,
    language: str = "en",
) -> Comparison:
    """`now` is when it is asked."""
    first, second = (
        balance_answer(state, limits, then.as_of or day_of(now), then.known_at or now, at, given)
        for limits, then, given in zip(
            (found.before, found.after), views, found.beside, strict=True
        )
    )
    return made(
        Comparison,
        found,
        agreement=state.number,
        position=at,
        from_=first,
        to=second,
        items=moved_answers(state, found.between, language),
    )


def moved_answers(
    state: agreement.State, between: Sequence[Between], language: str = "en"
) -> list[Moved]:
    at = At(language, currency=state.currency)
    return [made(Moved, item, at) for item in between]
