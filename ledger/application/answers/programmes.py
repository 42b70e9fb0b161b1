"""What goes out of programmes: sessions, instalments, notices, rounds, accruals."""

from typing import get_args

from marshmallow import Schema, fields

from ledger.application.answers import members
from ledger.application.answers.terms import DRAWDOWN_ID, ORDER_NUMBER
from ledger.application.bodies import NUMBER, ORDER
from ledger.application.bodies.fields import CREDITS, CURRENCY
from ledger.domain.order import Basis, DueStatus, SessionStatus

BY = ("buyer", "supplier")


class PriceHolds(Schema):
    """For how many seats a price holds, and what it should be a head."""

    least_seats = members.whole("The fewest seats.", null=True)
    most_seats = members.whole("The most seats.", null=True)
    least_per_head = members.amount("The least that is expected a head.", null=True)
    most_per_head = members.amount("The most that is expected a head.", null=True)


class CourseSession(Schema):
    """A meeting of the course."""

    number = members.whole("Its number in the order.", 1)
    planned_on = members.day("The day that it is, or was, planned for.")
    line = members.whole("Its line.", 1)
    amount = members.amount("Its part of the line; of a cancelled one, the fee.")
    status = members.one_of("How far it has come.", get_args(SessionStatus))
    settled_on = members.day("When it was held or cancelled.", null=True)
    participants = members.whole("How many took part.", null=True)
    mentors = members.whole("How many mentors.", null=True)
    reason = members.text("Why it was cancelled.")


class DueInstalment(Schema):
    """A part of a line, and how it stands today."""

    number = members.whole("Its number in the order.", 1)
    line = members.whole("Its line.", 1)
    amount = members.amount("How much.")
    due_on = members.day("When it falls due.")
    session = members.whole("The session that it comes with.", null=True)
    invoiced = members.amount("What of it is invoiced, approved or waiting.")
    status = members.one_of(
        "Invoiced, overdue, the next, planned after it, or released.", get_args(DueStatus)
    )


class CancelledPart(Schema):
    """What was cancelled: seats, a session, or where both are null the whole order."""

    cancelled_on = members.day("When.")
    cancelled_by = members.one_of("Who cancelled.", BY)
    seats = members.whole("How many seats.", null=True)
    session = members.whole("Which session.", null=True)
    fee = members.amount("What stays committed.")
    released = members.amount("What is released.")
    reason = members.text("Why.")


class PlannedInvoice(Schema):
    """What is still to be invoiced, and when that is planned."""

    on = members.day("The day.")
    line = members.whole("Of which line.", 1)
    amount = members.amount("How much.")


class OrderNotice(Schema):
    """What seats and prices warn of."""

    flag = members.text("The flag that it is stored as.")
    line = members.whole("The line that it is about.", null=True)
    detail = members.text("The warning as a sentence with its figures.")


class ProgrammeRound(Schema):
    """A round of a programme: the orders that give it."""

    programme = members.text("The programme.")
    round = members.whole("Which round; null: none is said.", null=True)
    orders = members.listed(fields.String(), "The numbers of its orders.")
    statuses = members.listed(
        members.one_of("How far an order has come.", ORDER), "Of each of its orders."
    )
    courses = members.listed(fields.String(), "What was ordered, each once.")
    starts_on = members.day("The first start of a course.", null=True)
    ends_on = members.day("The last end of a course.", null=True)
    credits = members.listed(
        members.text("hp", CREDITS), "Higher education credits, each once; none where empty."
    )
    seats = members.whole("Seats that are paid for.")
    free_seats = members.whole("Free seats.")
    credits_awarded = members.whole("Participants who were awarded their credits.")
    sessions = members.whole("Sessions, without those that were cancelled.")
    sessions_held = members.whole("Sessions that were held.")
    amount = members.amount("What its orders ask for; ended ones, what is invoiced of them.")
    invoiced = members.amount("What is invoiced of them, approved or waiting.")


class ProgrammeRounds(Schema):
    agreement = members.text("The agreement's number.", f"^{NUMBER}$")
    currency = members.text("ISO 4217.", CURRENCY)
    items = members.listed(ProgrammeRound, "By programme and round.")


class AccruedLine(Schema):
    """A line of which something belongs to another year than its invoices."""

    order = members.text("The order's number.", f"^{ORDER_NUMBER}$")
    course = members.text("What was ordered.")
    buyer = members.organisation("Who ordered.")
    supplier = members.organisation("Who gives the course.")
    line = members.whole("The line's number.", 1)
    kind = members.text("Kind of cost.")
    text = members.text("What the line is for.")
    year = members.whole("Its year of delivery.")
    funding = members.text("What pays for it.", null=True)
    cost_centre = members.text("Whose cost it is.", null=True)
    code_string = members.text("How it is booked (kodsträng); empty: not coded.")
    delivered = members.amount("What was delivered of it by the end of the year.")
    invoiced = members.amount("What was invoiced of it by then, credits deducted.")
    accrued = members.amount("Delivered and not invoiced: a cost of the year.")
    prepaid = members.amount("Invoiced and not delivered: a cost of a later year.")
    sessions = members.listed(fields.Integer(), "The sessions that it is for.")
    basis = members.one_of("What says that it was delivered.", get_args(Basis))
    invoices = members.listed(
        members.text("A drawdown.", f"^{DRAWDOWN_ID}$"),
        "Later invoices and credits of the order that are marked for the year.",
    )


class YearEnd(Schema):
    """What belongs to another year than its invoices, at the end of a year."""

    agreement = members.text("The agreement's number.", f"^{NUMBER}$")
    currency = members.text("ISO 4217.", CURRENCY)
    year = members.whole("The year.")
    ends_on = members.day("Its last day.")
    accrued = members.amount("Delivered and not invoiced, in all.")
    prepaid = members.amount("Invoiced and not delivered, in all.")
    items = members.listed(AccruedLine, "By order and line.")
