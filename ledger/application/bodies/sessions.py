"""What comes in for sessions, instalments, seats and the range in which a price holds."""

from typing import Any

from marshmallow import Schema, fields

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import (
    Day,
    Length,
    Listed,
    Money,
    Number,
    Words,
    choice,
    whole,
)
from ledger.application.bodies.queries import Times
from ledger.application.bodies.terms import REASON, TODAY
from ledger.bounds import MAX_LINES, MAX_SEATS, MAX_SESSIONS, MAX_TEXT


def _number() -> Any:
    return whole("Its number in the order; left out, the lowest that is free.", 1, MAX_SESSIONS)


class PriceRange(Schema):
    """For how many seats a price holds, and what it should be a head: outside it is flagged."""

    least_seats = whole("The fewest seats that it holds for.", 1, MAX_SEATS)
    most_seats = whole("The most seats that it holds for.", 1, MAX_SEATS)
    least_per_head = Money("The least that is expected a head, excl. VAT.", least=0)
    most_per_head = Money("The most that is expected a head, excl. VAT.", least=0)


class Session(Schema):
    on = Day("The day that it is planned for.", required=True)
    number = _number()
    line = whole("Its line; left out, the only one, or the only one of its year.", 1, MAX_LINES)
    amount = Money("Its part of the line, excl. VAT; left out, an equal share.", least=0)


class Instalment(Schema):
    """A part of a line, due on a day or with a session."""

    amount = Money("Excl. VAT; the instalments of a line add up to it.", least=1, required=True)
    number = _number()
    line = whole("Its line; left out, the only one.", 1, MAX_LINES)
    due_on = Day("The day that it falls due.")
    session = whole("The session that it comes with.", 1, MAX_SESSIONS)


def sessions_field(**kwargs: Any) -> Any:
    said = {"description": "Sessions that are to come; those of a line add up to it."}
    within = Length(0, MAX_SESSIONS)
    return Listed(fields.Nested(Session), validate=within, metadata=said, **kwargs)


def instalments_field(**kwargs: Any) -> Any:
    said = {"description": "How lines are to be invoiced; those of a line add up to it."}
    within = Length(0, MAX_SESSIONS)
    return Listed(fields.Nested(Instalment), validate=within, metadata=said, **kwargs)


def free_seats_field() -> Any:
    return whole("Free seats, beside those that are paid for.", 0, MAX_SEATS)


def minimum_seats_field() -> Any:
    return whole("Seats that the course needs: fewer is flagged.", 1, MAX_SEATS)


@dated("moved_on")
class MoveSession(Body):
    to = Day("The new day; in another year its amount goes to that year.", required=True)
    moved_on = Day(f"When it was moved; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, load_default="")


@dated("held_on")
class HoldSession(Body):
    """Counts only. Reported again, the last one counts."""

    held_on = Day(f"When it was held; {TODAY}.")
    participants = whole("How many took part.", 0, MAX_SEATS, required=True)
    mentors = whole("How many mentors, beside them.", 0, MAX_SEATS, load_default=0)
    reason = Words("Why it is reported again.", MAX_TEXT, load_default="")


@dated("cancelled_on")
class CancelSession(Body):
    """The university's is released in full; the buyer's costs what the tariff says."""

    cancelled_on = Day(f"When it was cancelled; {TODAY}.")
    cancelled_by = choice("Who cancels.", ("buyer", "supplier"), load_default="buyer")
    fee = Money("What stays committed, excl. VAT; left out, what the tariff says.", least=0)
    reason = Words(REASON, MAX_TEXT, load_default="")


class AccrualsQuery(Times):
    year = Number("The year whose end it is told for.", 1990, 2200, required=True)
