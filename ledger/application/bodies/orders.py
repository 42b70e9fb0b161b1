"""What comes in for orders."""

from typing import Any

from marshmallow import Schema, fields, post_load

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import (
    Codes,
    Day,
    Key,
    Length,
    Listed,
    Money,
    Organisation,
    Words,
    choice,
    person_id,
    whole,
)
from ledger.application.bodies.policy import Split
from ledger.application.bodies.selection import passed_over_field
from ledger.application.bodies.sessions import (
    PriceRange,
    free_seats_field,
    instalments_field,
    minimum_seats_field,
    sessions_field,
)
from ledger.application.bodies.terms import REASON, TODAY, credits_field, seats_field
from ledger.bounds import (
    MAX_LIMITS,
    MAX_LINES,
    MAX_SEATS,
    MAX_SESSIONS,
    MAX_TEXT,
)


class Line(Schema):
    """An amount, or a quantity and a price."""

    kind = Words("Kind of cost, as development or delivery.", least=1, required=True)
    text = Words("What the line is for.", MAX_TEXT, load_default="")
    amount = Money("Excl. VAT; with quantity and price, their product.", least=1)
    quantity = whole("How many.", 1, MAX_SEATS)
    unit_price = Money("Price of one, excl. VAT.", least=1)
    year = whole("Year of delivery; left out, that of the start, and it goes with it.", 1990, 2200)
    funding = Key("What pays for it.", least=1)
    price_range = fields.Nested(PriceRange)
    cost_centre = Key("Whose cost it is; left out, the ansvar of its codes.", least=1)
    codes = Codes("How it is booked (kodsträng), by part or as it is written.")
    responsible = person_id("Whose own cost it is, if anybody's: they do not attest it")


def lines_field(**kwargs: Any) -> Any:
    return Listed(fields.Nested(Line), validate=Length(1, MAX_LINES), **kwargs)


@dated("ordered_on")
class PlaceOrder(Body):
    course = Words("What is ordered.", least=1, required=True)
    lines = lines_field(required=True)
    buyer = Organisation("Who orders; left out, the caller's organisation")
    supplier = Organisation("Which supplier; left out, the only one, or whose turn it is")
    passed_over = passed_over_field("Whose turn is before the supplier's, each with the reason.")
    competition = whole("The competition that it was won in, by its number.", 1, 999_999)
    unit = Words("The unit that orders.", load_default="")
    challenge = Words("The challenge that the course starts from.", MAX_TEXT, load_default="")
    reference = Key("The buyer's own reference, as invoices name it.", load_default="")
    credits = credits_field()
    seats = seats_field()
    free_seats = free_seats_field()
    minimum_seats = minimum_seats_field()
    programme = Words("The programme that it is a round of.", load_default="")
    round = whole("Which round of the programme.", 1, MAX_SESSIONS)
    sessions = sessions_field()
    instalments = instalments_field()
    split = fields.Nested(Split, allow_none=True)
    ordered_on = Day(f"Order date, which must lie within the term; {TODAY}.")
    starts_on = Day("Course start.")
    ends_on = Day("Course end.")
    respond_by = Day(
        "Last day for the university to answer; left out, so many days from now as the policy says."
    )


def _letter() -> Key:
    said = "The letter or message that the university answered by, where the buyer enters it."
    return Key(said, load_default="")


@dated("confirmed_on")
class Confirm(Body):
    confirmed_on = Day(f"When it was confirmed; {TODAY}.")
    reference = Key("The university's reference.", load_default="")
    letter = _letter()


@dated("declined_on")
class Decline(Body):
    declined_on = Day(f"When it was declined; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    letter = _letter()


@dated("countered_on")
class Counter(Body):
    countered_on = Day(f"When it was offered; {TODAY}.")
    lines = lines_field(required=True)
    reason = Words(REASON, MAX_TEXT, load_default="")
    seats = seats_field()
    starts_on = Day("Course start.")
    ends_on = Day("Course end.")
    letter = _letter()


class Seats(Schema):
    organisation = Organisation("Whose they are", required=True)
    seats = whole("How many.", 1, MAX_SEATS, required=True)

    @post_load
    def _weight(self, part: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As the domain weighs parts."""
        return {"organisation": part["organisation"], "weight": part["seats"]}


def allocation_field() -> Any:
    return Listed(
        fields.Nested(Seats),
        validate=Length(1, MAX_LIMITS),
        metadata={"description": "Whose all the seats are, where allocated ones change in number."},
    )


@dated("accepted_on")
class Accept(Body):
    accepted_on = Day(f"When it was accepted; {TODAY}.")
    reference = Key("The buyer's reference.", load_default="")
    allocation = allocation_field()


@dated("rejected_on")
class Reject(Body):
    rejected_on = Day(f"When it was rejected; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


@dated("changed_on")
class ChangeOrder(Body):
    """The order as it shall read; what is left out stays."""

    changed_on = Day(f"When it was changed; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    lines = lines_field()
    seats = seats_field()
    free_seats = free_seats_field()
    minimum_seats = minimum_seats_field()
    sessions = sessions_field()
    instalments = instalments_field()
    allocation = allocation_field()
    starts_on = Day("Course start.")
    ends_on = Day("Course end.")


@dated("cancelled_on")
class Cancel(Body):
    """Seats of a line, or without `seats` the whole order."""

    cancelled_on = Day(f"When it was cancelled; {TODAY}.")
    cancelled_by = choice("Who cancels.", ("buyer", "supplier"), load_default="buyer")
    reason = Words(REASON, MAX_TEXT, load_default="")
    seats = whole("Seats to cancel.", 1, MAX_SEATS)
    line = whole("The line that they are on, where several have seats.", 1, MAX_LINES)
    holder = Organisation("Whose they are, where seats are allocated")
    fee = Money("What stays committed, excl. VAT; left out, what the tariff says.", least=0)


@dated("allocated_on")
class AllocateSeats(Body):
    """All of the order's seats, to named buyers."""

    allocated_on = Day(f"When they were allocated; {TODAY}.")
    seats = Listed(fields.Nested(Seats), required=True, validate=Length(1, MAX_LIMITS))


@dated("moved_on")
class MoveSeats(Body):
    """Seats that one organisation gives to another."""

    moved_on = Day(f"When they were given; {TODAY}.")
    giver = Organisation("Who gives them", required=True)
    receiver = Organisation("Who takes them", required=True)
    seats = whole("How many.", 1, MAX_SEATS, required=True)
    reason = Words(REASON, MAX_TEXT, load_default="")


@dated("recoded_on")
class RecodeLine(Body):
    """A line booked otherwise: all its codes, or its cost centre alone."""

    recoded_on = Day(f"When it was re-coded; {TODAY}.")
    line = whole("The order's line.", 1, MAX_LINES, required=True)
    codes = Codes("How it is booked (kodsträng), by part or as it is written.")
    cost_centre = Key("Whose cost it is.", least=1)
    reason = Words(REASON, MAX_TEXT, load_default="")


@dated("started_on")
class Start(Body):
    started_on = Day(f"When it started; {TODAY}.")


@dated("delivered_on")
class Deliver(Body):
    delivered_on = Day(f"When it was delivered; {TODAY}.")
    seats_used = whole("Seats used.", 0, MAX_SEATS, required=True)
    credits_awarded = whole("Participants who were awarded their credits.", 0, MAX_SEATS)
    women = whole("Women among the participants.", 0, MAX_SEATS)
    men = whole("Men among the participants.", 0, MAX_SEATS)
    reason = Words("Why, where it is reported again; the last one counts.", MAX_TEXT)


@dated("reopened_on")
class Reopen(Body):
    reopened_on = Day(f"When it was opened again; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


@dated("taken_back_on")
class TakeBackOpening(Body):
    taken_back_on = Day(f"When it was taken back; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


@dated("closed_on")
class Close(Body):
    closed_on = Day(f"When it was closed; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, load_default="")
    release = Money("What was proposed to be released; it is refused if it is another.", least=0)
