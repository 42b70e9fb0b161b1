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


class Statement(Answer):
    items: Annotated[list[Posting], listed("In the order that they count.")]
    checkpoint: Annotated[Checkpoint, nested()]
