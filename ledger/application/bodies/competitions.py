"""What comes in of renewed competitions."""

from typing import Any

from marshmallow import Schema, fields, post_load

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import Day, Length, Listed, Money, Organisation, Words, whole
from ledger.application.bodies.selection import passed_over_field
from ledger.application.bodies.terms import REASON, TODAY
from ledger.bounds import MAX_LIMITS, MAX_TEXT, MAX_WEIGHT


@dated("opened_on")
class OpenCompetition(Body):
    """Ask suppliers for an offer."""

    what = Words("What is asked for.", MAX_TEXT, least=1, required=True)
    answer_by = Day("Last day to answer; it counts.", required=True)
    asked = Listed(
        Organisation("A supplier"),
        load_default=list,
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "Who is asked; left out, all but those left out."},
    )
    left_out = passed_over_field("Who is not asked, each with the reason.")
    opened_on = Day(f"When they were asked; {TODAY}.")


@dated("answered_on")
class AnswerCompetition(Body):
    supplier = Organisation("Which supplier; left out, the caller's organisation")
    amount = Money(
        "The offer, excl. VAT; null: it makes none.", least=1, required=True, allow_none=True
    )
    note = Words("What goes with it.", MAX_TEXT, load_default="")
    answered_on = Day(f"When it answered; {TODAY}.")


class Points(Schema):
    supplier = Organisation("Whose offer", required=True)
    points = whole("What it got by the criteria.", 0, MAX_WEIGHT, required=True)

    @post_load
    def _weight(self, part: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As the domain weighs parts."""
        return {"organisation": part["supplier"], "weight": part["points"]}


@dated("opened_on")
class OpenOffers(Body):
    opened_on = Day(f"When they were opened; {TODAY}.")


@dated("awarded_on")
class AwardCompetition(Body):
    supplier = Organisation("Who won", required=True)
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    points = Listed(
        fields.Nested(Points),
        load_default=list,
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "What each offer got by the criteria."},
    )
    awarded_on = Day(f"When it was decided; {TODAY}.")


@dated("cancelled_on")
class CancelCompetition(Body):
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    cancelled_on = Day(f"When it was decided; {TODAY}.")
