"""What goes out of postings: what moved, and what is left after it."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from ledger.application.answers.log import recorded_at
from ledger.application.answers.making import Answer
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    moment,
    nested,
    organisation,
    text,
    whole,
)
from ledger.application.answers.proof import Checkpoint
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import NUMBER
from ledger.domain import agreement
from ledger.domain.money import to_text
from ledger.projections.statement import Carried


class PostedLine(Answer):
    """What moved, on which line of which order; without an order it was the limit itself."""

    position: Annotated[int, whole("The fact's place in the log.")]
    number: Annotated[int, whole("The posting's place in the fact.")]
    order: Annotated[str | None, text("The order whose money moved; null: the cap itself changed.")]
    drawdown: Annotated[str | None, text("The invoice or credit that moved it.")]
    cause: Annotated[str, text("What moved it, as placed or drawn.")]
    line: Annotated[int | None, whole("The order's line.")]
    year: Annotated[int | None, whole("The line's year of delivery.")]
    buyer: Annotated[str | None, organisation("The line's buyer.")]
    supplier: Annotated[str | None, organisation("The line's supplier.")]
    kind: Annotated[str | None, text("The line's kind of cost.")]
    funding: Annotated[str | None, text("What pays for the line.")]
    cost_centre: Annotated[str | None, text("Whose cost the line is.")]
    code_string: Annotated[str | None, text("How the line is booked (kodsträng).")]
    effective_on: Annotated[date, day("The business date that it counts from.")]
    recorded_at: Annotated[datetime, moment("When it was recorded.", of=recorded_at)]


class Posting(PostedLine):
    """How much one fact moved on one line between the four places, and what is left after it."""

    leading: ClassVar[tuple[str, ...]] = (
        *("effective_on", "cause", "order", "line", "drawdown"),
        *("cap", "reserved", "committed", "drawn", "remaining"),
    )

    reserved: Annotated[str, amount("Ordered and not yet answered.")]
    committed: Annotated[str, amount("Confirmed and not yet invoiced.")]
    drawn: Annotated[str, amount("Invoices approved, credits deducted.")]
    agreement: Annotated[str, text("The agreement's number.")]
    cap: Annotated[str | None, amount("How much the cap changed; null: it is unknown.")]
    remaining: Annotated[str | None, amount("What is left after it; null: unknown.")]


class Balanced(Answer):
    """What a statement comes to: what was carried to the first row of a page, or what all its rows
    come to, those of other pages too."""

    cap: Annotated[str | None, amount("The largest sum; null: it is unknown.")]
    reserved: Annotated[str, amount("Ordered and not yet answered.")]
    committed: Annotated[str, amount("Confirmed and not yet invoiced.")]
    drawn: Annotated[str, amount("Invoices approved, credits deducted.")]
    remaining: Annotated[str | None, amount("What is left of the cap; null: unknown.")]


class Statement(Answer):
    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$")]
    title: Annotated[str, text("What it is about.")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    items: Annotated[list[Posting], listed("In the order that they count.")]
    opening: Annotated[Balanced, nested(head="Carried")]
    closing: Annotated[Balanced, nested(head="All rows")]
    checkpoint: Annotated[Checkpoint, nested()]


def balanced(at: Carried, *, whole: bool) -> Balanced:
    """`whole`: nothing is left out, so that what is left can be told."""
    return Balanced(
        cap=None if at.cap is None else to_text(at.cap),
        reserved=to_text(at.use.reserved),
        committed=to_text(at.use.committed),
        drawn=to_text(at.use.drawn),
        remaining=to_text(at.remaining) if whole and at.remaining is not None else None,
    )


def statement_answer(
    state: agreement.State,
    items: list[Posting],
    checkpoint: Checkpoint,
    opening: Balanced,
    closing: Balanced,
) -> Statement:
    return Statement(
        agreement=state.number,
        title=state.title,
        currency=state.currency,
        items=items,
        opening=opening,
        closing=closing,
        checkpoint=checkpoint,
    )
