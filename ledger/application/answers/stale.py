"""What goes out of commitments that nobody seems to be going to invoice."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from ledger.application.answers.making import Answer, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    one_of,
    organisation,
    text,
    whole,
)
from ledger.application.answers.terms import ORDER_NUMBER
from ledger.application.bodies.terms import ORDER
from ledger.domain import order
from ledger.domain.money import to_text


class StaleOrder(Answer):
    """A commitment that nobody seems to be going to invoice."""

    order: Annotated[str, text("The order's number.", f"^{ORDER_NUMBER}$", of="order.number")]
    agreement: Annotated[str, text("The agreement's number.", of="order.agreement")]
    course: Annotated[str, text("What was ordered.", of="order.course")]
    buyer: Annotated[str, organisation("Who ordered.", of="order.buyer")]
    supplier: Annotated[str, organisation("Who gives the course.", of="order.supplier")]
    status: Annotated[str, one_of("How far it has come.", ORDER, of="order.status")]
    since: Annotated[date, day("When it was delivered, or was to end.")]
    days: Annotated[int, whole("Days since then.", 1)]
    ordered: Annotated[str, amount("What it asks for.", of="order.amount")]
    invoiced: Annotated[
        str, amount("What is invoiced of it, approved or waiting.", of="order.invoiced")
    ]
    release: Annotated[str, amount("What closing it would release: the proposal.")]


class StaleList(Answer):
    as_of: Annotated[date, day("The day that it is told for.")]
    currency: Annotated[str, text("ISO 4217.")]
    release: Annotated[str, amount("What closing all of them would release.")]
    items: Annotated[list[StaleOrder], listed("The oldest first.")]


def stale_answer(found: Sequence[order.Stale], currency: str, on: date) -> StaleList:
    return StaleList(
        as_of=on,
        currency=currency,
        release=to_text(sum(one.release for one in found)),
        items=[made(StaleOrder, one) for one in found],
    )
