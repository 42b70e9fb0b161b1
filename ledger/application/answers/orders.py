"""What goes out of orders."""

from datetime import date
from typing import Annotated, ClassVar

from ledger.application.answers.actions import Resource
from ledger.application.answers.agreements import CostSplit
from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    amount,
    codes,
    day,
    flags,
    listed,
    nested,
    one_of,
    organisation,
    text,
    truth,
    whole,
)
from ledger.application.answers.programmes import (
    CancelledPart,
    CourseSession,
    DueInstalment,
    OrderNotice,
    PlannedInvoice,
    PriceHolds,
)
from ledger.application.answers.proof import Checkpoint
from ledger.application.answers.selection import EarlierSupplier, SupplierPassedOver
from ledger.application.answers.terms import ORDER_NUMBER, PLACES, Committed, Drawn, Reserved
from ledger.application.bodies.fields import CREDITS, CURRENCY
from ledger.application.bodies.terms import NUMBER, ORDER
from ledger.domain import order
from ledger.domain.limits import Use
from ledger.domain.position import position


class OrderLine(Answer):
    number: Annotated[int, whole("The line's number in its order.", 1)]
    kind: Annotated[str, text("Kind of cost.")]
    text: Annotated[str, text("What it is for.")]
    amount: Annotated[str, amount("What it counts for.")]
    quantity: Annotated[int | None, whole("How many.")]
    unit_price: Annotated[str | None, amount("Price of one.")]
    year: Annotated[int, whole("Year of delivery.")]
    funding: Annotated[str | None, text("What pays for it.")]
    cost_centre: Annotated[str | None, text("Whose cost it is.")]
    price_range: Annotated[PriceHolds | None, nested()]
    codes: Annotated[dict[str, str], codes("How it is booked, by part.")]
    code_string: Annotated[str, text("The same as it is written; empty: not coded.")]
    responsible: Annotated[str | None, text("Whose own cost it is: an opaque id.")]


class CounterOffer(Answer):
    """What the university offered instead."""

    lines: Annotated[list[OrderLine], listed("The order's lines as they would be.")]
    reason: Annotated[str, text("Why.")]
    seats: Annotated[int | None, whole("Seats; null: as ordered.")]
    starts_on: Annotated[date | None, day("Course start; null: as ordered.")]
    ends_on: Annotated[date | None, day("Course end; null: as ordered.")]


class OpeningLine(Answer):
    line: Annotated[int, whole("The line's number in its order.", 1)]
    amount: Annotated[str, amount("What was invoiced of it.")]


class OpeningBalance(Answer):
    """What was invoiced of an order before it was taken in here."""

    amount: Annotated[str, amount("What was invoiced.")]
    on: Annotated[date, day("As of which day.")]
    evidence: Annotated[str, text("What says so.")]
    lines: Annotated[list[OpeningLine], listed("The same by line.")]


class AllocatedSeats(Answer):
    organisation: Annotated[str, organisation("Whose they are.")]
    seats: Annotated[int, whole("How many.", 1, of="weight")]


class Order(Resource):
    """A course order as it is now."""

    leading: ClassVar[tuple[str, ...]] = (
        *("number", "agreement", "status", "course", "unit", "starts_on", "ends_on", "amount"),
        *PLACES,
        "lines",
    )
    row_of: ClassVar[str] = "lines"

    number: Annotated[str, text("Its number.", f"^{ORDER_NUMBER}$", examples=["SKO-2023-0001"])]
    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$")]
    status: Annotated[str, one_of("How far it has come.", ORDER)]
    buyer: Annotated[str, organisation("Who ordered.")]
    supplier: Annotated[str, organisation("Who gives the course.")]
    passed_over: Annotated[
        list[SupplierPassedOver], listed("Whose turn was before its supplier's.")
    ]
    competition: Annotated[
        int | None,
        whole(
            "The competition that it was won in; null: none.",
            1,
            of=lambda state, _: state.award and state.award.competition,
        ),
    ]
    earlier: Annotated[list[EarlierSupplier], listed("Who had it before, and did not take it.")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    course: Annotated[str, text("What is ordered.")]
    unit: Annotated[str, text("The unit that ordered.")]
    challenge: Annotated[str, text("The challenge that the course starts from.")]
    reference: Annotated[str, text("The buyer's own reference.")]
    credits: Annotated[str | None, text("Higher education credits (hp); null: none.", CREDITS)]
    seats: Annotated[int | None, whole("Seats ordered, which are paid for.")]
    free_seats: Annotated[int | None, whole("Free seats, beside them.")]
    minimum_seats: Annotated[int | None, whole("Seats that the course needs.")]
    programme: Annotated[str, text("The programme that it is a round of.")]
    round: Annotated[int | None, whole("Which round of it.")]
    allocated: Annotated[list[AllocatedSeats], listed("Whose the seats are.")]
    split: Annotated[CostSplit | None, nested(of="sharing")]
    ordered_on: Annotated[date, day("Order date.")]
    starts_on: Annotated[date | None, day("Course start.")]
    ends_on: Annotated[date | None, day("Course end.")]
    respond_by: Annotated[date | None, day("Last day for the university to answer.")]
    overdue: Annotated[
        bool,
        truth(
            "Whether that day passed without an answer; it holds its room until that is recorded.",
            of=lambda state, at: order.is_unanswered(state, at.day),
        ),
    ]
    confirmed_on: Annotated[date | None, day("When it was confirmed.")]
    confirmation: Annotated[str, text("The university's reference.")]
    letter: Annotated[
        str, text("What its latest answer came by, where the buyer entered it; else empty.")
    ]
    amount: Annotated[str, amount("What it asks for.")]
    reserved: Reserved
    committed: Committed
    drawn: Drawn
    lines: Annotated[list[OrderLine], listed("Its lines.")]
    sessions: Annotated[list[CourseSession], listed("Its sessions; those of a line add up to it.")]
    instalments: Annotated[
        list[DueInstalment],
        listed(
            "Its instalments, as they fall due.",
            of=lambda state, at: order.instalments_on(state, at.day),
        ),
    ]
    planned: Annotated[
        list[PlannedInvoice],
        listed("What is still to be invoiced, and when.", of=lambda state, _: order.planned(state)),
    ]
    cancellations: Annotated[list[CancelledPart], listed("What was cancelled of it.")]
    notices: Annotated[
        list[OrderNotice],
        listed("What its seats and prices warn of.", of=lambda state, _: order.notices(state)),
    ]
    seats_used: Annotated[int | None, whole("Seats used.")]
    credits_awarded: Annotated[int | None, whole("Participants who were awarded their credits.")]
    women: Annotated[int | None, whole("Women among the participants; null: not counted.")]
    men: Annotated[int | None, whole("Men among the participants; null: not counted.")]
    reason: Annotated[str, text("Why it was declined, cancelled or closed.")]
    flags: Annotated[
        list[str],
        flags(of=lambda state, _: list(dict.fromkeys((*state.flags, *state.confirmation_flags)))),
    ]
    counter: Annotated[CounterOffer | None, nested(head="counter-offer")]
    opening_balance: Annotated[OpeningBalance | None, nested(of="opening", head="opening balance")]


class OrderConfirmation(Order):
    """An order as it can be kept: with the newest signed checkpoint."""

    checkpoint: Annotated[Checkpoint, nested()]


def order_answer(state: order.State, on: date, language: str = "en") -> Order:
    """`on` is the day that its instalments are told for."""
    at = At(language, on)
    use = sum(position(order.holding(state)).values(), start=Use())
    return made(Order, state, at, reserved=use.reserved, committed=use.committed, drawn=use.drawn)
