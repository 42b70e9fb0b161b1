"""What goes out of orders."""

from marshmallow import Schema

from ledger.application.answers import members
from ledger.application.answers.agreements import CostSplit
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
from ledger.application.answers.terms import ORDER_NUMBER, Four
from ledger.application.bodies import (
    NUMBER,
    ORDER,
)
from ledger.application.bodies.fields import CREDITS, CURRENCY


class OrderLine(Schema):
    number = members.whole("The line's number in its order.", 1)
    kind = members.text("Kind of cost.")
    text = members.text("What it is for.")
    amount = members.amount("What it counts for.")
    quantity = members.whole("How many.", null=True)
    unit_price = members.amount("Price of one.", null=True)
    year = members.whole("Year of delivery.")
    funding = members.text("What pays for it.", null=True)
    cost_centre = members.text("Whose cost it is.", null=True)
    price_range = members.nested(PriceHolds, null=True)
    codes = members.codes("How it is booked, by part.")
    code_string = members.text("The same as it is written; empty: not coded.")
    responsible = members.text("Whose own cost it is: an opaque id.", null=True)


class CounterOffer(Schema):
    """What the university offered instead."""

    lines = members.listed(OrderLine, "The order's lines as they would be.")
    reason = members.text("Why.")
    seats = members.whole("Seats; null: as ordered.", null=True)
    starts_on = members.day("Course start; null: as ordered.", null=True)
    ends_on = members.day("Course end; null: as ordered.", null=True)


class AllocatedSeats(Schema):
    organisation = members.organisation("Whose they are.")
    seats = members.whole("How many.", 1)


class Order(Four):
    """A course order as it is now."""

    number = members.text("Its number.", f"^{ORDER_NUMBER}$", examples=["SKO-2023-0001"])
    agreement = members.text("The agreement's number.", f"^{NUMBER}$")
    status = members.one_of("How far it has come.", ORDER)
    buyer = members.organisation("Who ordered.")
    supplier = members.organisation("Who gives the course.")
    passed_over = members.listed(SupplierPassedOver, "Whose turn was before its supplier's.")
    competition = members.whole("The competition that it was won in; null: none.", 1, null=True)
    earlier = members.listed(EarlierSupplier, "Who had it before, and did not take it.")
    currency = members.text("ISO 4217.", CURRENCY)
    course = members.text("What is ordered.")
    unit = members.text("The unit that ordered.")
    challenge = members.text("The challenge that the course starts from.")
    reference = members.text("The buyer's own reference.")
    credits = members.text("Higher education credits (hp); null: none.", CREDITS, null=True)
    seats = members.whole("Seats ordered, which are paid for.", null=True)
    free_seats = members.whole("Free seats, beside them.", null=True)
    minimum_seats = members.whole("Seats that the course needs.", null=True)
    programme = members.text("The programme that it is a round of.")
    round = members.whole("Which round of it.", null=True)
    allocated = members.listed(AllocatedSeats, "Whose the seats are.")
    split = members.nested(CostSplit, null=True)
    ordered_on = members.day("Order date.")
    starts_on = members.day("Course start.", null=True)
    ends_on = members.day("Course end.", null=True)
    respond_by = members.day("Last day for the university to answer.", null=True)
    confirmed_on = members.day("When it was confirmed.", null=True)
    confirmation = members.text("The university's reference.")
    amount = members.amount("What it asks for.")
    lines = members.listed(OrderLine, "Its lines.")
    sessions = members.listed(CourseSession, "Its sessions; those of a line add up to it.")
    instalments = members.listed(DueInstalment, "Its instalments, as they fall due.")
    planned = members.listed(PlannedInvoice, "What is still to be invoiced, and when.")
    cancellations = members.listed(CancelledPart, "What was cancelled of it.")
    notices = members.listed(OrderNotice, "What its seats and prices warn of.")
    seats_used = members.whole("Seats used.", null=True)
    credits_awarded = members.whole("Participants who were awarded their credits.", null=True)
    women = members.whole("Women among the participants; null: not counted.", null=True)
    men = members.whole("Men among the participants; null: not counted.", null=True)
    reason = members.text("Why it was declined, cancelled or closed.")
    flags = members.flags()
    counter = members.nested(CounterOffer, null=True, head="counter-offer")


class OrderConfirmation(Order):
    """An order as it can be kept: with the newest signed checkpoint."""

    checkpoint = members.nested(Checkpoint)
