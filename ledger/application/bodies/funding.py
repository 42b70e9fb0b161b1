"""What comes in for funding sources."""

from typing import Any

from marshmallow import post_load

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import (
    Day,
    Key,
    Length,
    Listed,
    Money,
    Words,
    choice,
    matching,
)
from ledger.application.bodies.terms import EFFECTS, REASON, TODAY
from ledger.bounds import MAX_LIMITS, MAX_TEXT
from ledger.domain.funding import DATED_BY
from ledger.domain.money import from_text

PERCENT = r"^(?:100(?:\.00?)?|[1-9]\d?(?:\.\d\d?)?|0\.(?:0[1-9]|[1-9]\d?))$"
"""Above 0 and at most 100, with at most two decimals."""


@dated("decided_on")
class DecideFunding(Body):
    """A grant or other funding, and the decision that it rests on."""

    name = Words("What order lines name it by.", least=1, required=True)
    funder = Words("Who pays.", least=1, required=True)
    ceiling = Money(
        "The most that it pays, excl. VAT; null: unknown.", least=1, required=True, allow_none=True
    )
    share = matching(
        "How much of an eligible cost it pays, in per cent.",
        PERCENT,
        error="A share is above 0 and at most 100 per cent, with at most two decimals.",
        load_default="100",
    )
    starts_on = Day("First day of its period.", required=True)
    ends_on = Day("Last day of its period; it counts.", required=True)
    dated_by = choice(
        "Which day is to lie in the period: an invoice's issue date, or the day of delivery.",
        DATED_BY,
        load_default="issued",
    )
    kinds = Listed(
        Words("A kind of cost.", least=1),
        load_default=list,
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "The kinds of cost that it pays for; none: all."},
    )
    effect = choice(
        "Ordering more than it covers is refused, flagged, or nothing.",
        EFFECTS,
        load_default="soft",
    )
    decision = Words("The decision's reference.", least=1, required=True)
    decided_on = Day(f"When it was decided; {TODAY}.")

    @post_load
    def _source(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The source by itself. A share of "53.5" per cent is 5 350 hundredths of one."""
        decided: dict[str, Any] = {
            name: body.pop(name) for name in ("decision", "decided_on", "on") if name in body
        }
        return {**decided, "source": {**body, "share": from_text(body["share"])}}


class ChangeFunding(DecideFunding):
    """The source as it reads from here on, whole; its name says which."""


@dated("decided_on")
class WithdrawFunding(Body):
    name = Words("Which source.", least=1, required=True)
    decision = Words("The decision's reference.", least=1, required=True)
    decided_on = Day(f"When it was decided; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, load_default="")


@dated("claimed_on")
class ClaimFunding(Body):
    name = Words("Which source.", least=1, required=True)
    amount = Money("How much was claimed; below 0: taken back.", zero=False, required=True)
    reference = Key("The claim's reference.", least=1, required=True)
    claimed_on = Day(f"When it was claimed; {TODAY}.")


@dated("paid_on")
class ReceiveFunding(Body):
    name = Words("Which source.", least=1, required=True)
    amount = Money("How much the funder paid; below 0: paid back.", zero=False, required=True)
    reference = Key("The payment's reference.", least=1, required=True)
    paid_on = Day(f"When it was paid; {TODAY}.")
