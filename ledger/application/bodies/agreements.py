"""What comes in for agreements."""

from typing import Any

from marshmallow import Schema, fields, post_load

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import (
    Day,
    Flag,
    Key,
    Length,
    Listed,
    Money,
    Organisation,
    Words,
    choice,
    matching,
    whole,
)
from ledger.application.bodies.policy import Limit, Policy
from ledger.application.bodies.selection import Selection
from ledger.application.bodies.terms import (
    EFFECTS,
    NUMBER,
    NUMBER_KINDS,
    PARTY_ROLES,
    REASON,
    TODAY,
    currency_code,
)
from ledger.bounds import (
    MAX_LIMITS,
    MAX_SEATS,
    MAX_TEXT,
)
from ledger.domain.regime import GROUNDS, REGIMES


class Party(Schema):
    organisation = Organisation("The organisation", required=True)
    name = Words("Its name.", load_default="")


class Buyer(Party):
    role = choice(
        "Its part in a joint agreement: who answers for it, a member, or a company of one.",
        PARTY_ROLES,
    )


class GivenNumber(Schema):
    """Another number that the agreement goes by."""

    kind = choice("Whose number it is.", NUMBER_KINDS, required=True)
    number = Key("The number, as it is written.", least=1, required=True)


def further_numbers(**kwargs: Any) -> Any:
    return Listed(
        fields.Nested(GivenNumber),
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "Further numbers that it goes by: all of them."},
        **kwargs,
    )


class SignAgreement(Body):
    number = matching(
        "The agreement's number.",
        f"^{NUMBER}$",
        error="Letters, digits, - and _ only, at most 40.",
        kept=True,
        required=True,
    )
    title = Words("What the agreement is about.", least=1, required=True)
    currency = currency_code(load_default="SEK")
    cap = Money("Takvolym, excl. VAT; null: unknown.", least=1, required=True, allow_none=True)
    buyers = Listed(fields.Nested(Buyer), required=True, validate=Length(1, MAX_LIMITS))
    suppliers = Listed(fields.Nested(Party), required=True, validate=Length(1, MAX_LIMITS))
    signed_on = Day("When it was signed.", required=True)
    starts_on = Day("First day of the term.", required=True)
    ends_on = Day("Last day of the term; it counts.", required=True)
    regime = choice("Which law governs it.", REGIMES, load_default="unknown")
    policy = fields.Nested(Policy, load_default=dict)
    limits = Listed(fields.Nested(Limit), load_default=list, validate=Length(0, MAX_LIMITS))
    selection = fields.Nested(Selection, allow_none=True)
    numbers = further_numbers(load_default=list)


class LimitRule(Schema):
    """How a limit that is there shall bind; what is left out stays."""

    name = Words("Which limit, beside the cap.", least=1, required=True)
    effect = choice("Passing it is refused, flagged, or nothing.", EFFECTS)
    tolerance = whole("Per cent that may be passed before the limit speaks.", 0, 100)


class ChangedLimit(Limit):
    """A new limit, or one that is there with its new amount; how that binds is in limit_rules."""

    effect = choice("Of a new one: passing it is refused, flagged, or nothing.", EFFECTS)
    tolerance = whole("Of a new one: per cent that may be passed before it speaks.", 0, 100)


class Replacement(Schema):
    """A supplier that another takes the place of; orders keep the one that they have."""

    supplier = Organisation("Which supplier", required=True)
    by = fields.Nested(Party, required=True)


class Reasons(Schema):
    """Why the change is not substantial: of each criterion in 17 kap. 14 §, why it is not met."""

    other_bidders = Words("Why others would not have taken part or won.", MAX_TEXT, load_default="")
    balance = Words("Why the balance does not tip to the supplier.", MAX_TEXT, load_default="")
    scope = Words("Why the scope is not considerably larger.", MAX_TEXT, load_default="")
    supplier = Words("Why the supplier is the same.", MAX_TEXT, load_default="")


class Notice(Schema):
    """The public notice of the amendment (17 kap. 11 and 12 §§)."""

    number = Key("Its number.", least=1, required=True)
    published_on = Day("When it was published.", required=True)


class Change(Schema):
    cap = Money("The new cap, excl. VAT; null: unknown.", least=1, allow_none=True)
    limits = Listed(
        fields.Nested(ChangedLimit),
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "New limits, and known ones with their new amount."},
    )
    buyers = Listed(
        fields.Nested(Buyer),
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "Buyers to add."},
    )
    suppliers = Listed(
        fields.Nested(Replacement),
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "Suppliers to replace (17 kap. 13 §, or 10 § with its clause)."},
    )
    policy = fields.Nested(
        Policy, metadata={"description": "Members of the policy that change; the others stay."}
    )
    limit_rules = Listed(
        fields.Nested(LimitRule),
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "How limits that are there shall bind."},
    )
    selection = fields.Nested(Selection)


@dated("decided_on")
class Amend(Body):
    change = fields.Nested(Change, required=True)
    ground = choice("LOU 17 kap., or the agreement's own policy.", GROUNDS, required=True)
    decision = Key("The decision's reference.", least=1, required=True)
    decided_on = Day(f"When it was decided; {TODAY}.")
    effective_on = Day("From when it counts; left out, from the decision.")
    clause = Words("The clause of the contract (17 kap. 10 §).", MAX_TEXT, load_default="")
    reasons = fields.Nested(Reasons)
    notice = fields.Nested(Notice)
    record_uncovered = Flag(
        "Record it although its ground does not cover it: it then changes nothing.",
        load_default=False,
    )

    @post_load
    def _flat(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**body, **body.pop("change")}


@dated("decided_on")
class Extend(Body):
    decision = Key("The decision's reference.", least=1, required=True)
    decided_on = Day(f"When it was decided; {TODAY}.")


@dated("on")
class Reason(Body):
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    on = Day(f"The day it counts; {TODAY}.")


@dated("rectified_on")
class Rectify(Body):
    """What was mistyped at signing; what is left out stays."""

    rectified_on = Day(f"When it was put right; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    title = Words("What the agreement is about.", least=1)
    cap = Money("Takvolym, excl. VAT; null: unknown.", least=1, allow_none=True)
    buyers = Listed(fields.Nested(Buyer), validate=Length(1, MAX_LIMITS))
    suppliers = Listed(fields.Nested(Party), validate=Length(1, MAX_LIMITS))
    signed_on = Day("When it was signed.")
    starts_on = Day("First day of the term.")
    ends_on = Day("Last day of the term; it counts.")
    limits = Listed(
        fields.Nested(Limit),
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "All limits beside the cap."},
    )


@dated("voided_on")
class Void(Body):
    voided_on = Day(f"When it was made void; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


@dated("removed_on")
class RemoveLimit(Body):
    name = Words("Which limit, beside the cap.", least=1, required=True)
    removed_on = Day(f"The first day on which it binds no longer; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


@dated("on")
class Dated(Body):
    on = Day(f"The day it counts; {TODAY}.")


@dated("on")
class ProposeShareMove(Body):
    """Room from one buyer's share to another's; one of the two proposes, the other accepts."""

    giver = Organisation("Whose share gets less", required=True)
    receiver = Organisation("Whose share gets more", required=True)
    amount = Money("How much, excl. VAT.", least=1, required=True)
    effective_on = Day("From when it moves; left out, from when it is accepted.")
    reason = Words(REASON, MAX_TEXT, load_default="")
    on = Day(f"The day it counts; {TODAY}.")


@dated("on")
class AcceptShareMove(Body):
    on = Day(f"The day it counts; {TODAY}.")


@dated("on")
class DeclineShareMove(Body):
    reason = Words(REASON, MAX_TEXT, load_default="")
    on = Day(f"The day it counts; {TODAY}.")


@dated("on")
class AcceptChange(Body):
    on = Day(f"The day it counts; {TODAY}.")


@dated("on")
class EndProposal(Body):
    reason = Words(REASON, MAX_TEXT, load_default="")
    on = Day(f"The day it counts; {TODAY}.")


@dated("reported_on")
class ReportResult(Body):
    """What a round came to, typed after the course: in words, and counts that name nobody."""

    programme = Words("The programme, as its orders name it.", least=1, required=True)
    round = whole("Which round; left out, none is said.", 1, 999)
    result = Words("What came of it.", MAX_TEXT, least=1, required=True)
    participants = whole("How many took part.", 0, MAX_SEATS)
    completed = whole("How many of them completed it.", 0, MAX_SEATS)
    women = whole("How many of them were women.", 0, MAX_SEATS)
    men = whole("How many of them were men.", 0, MAX_SEATS)
    reported_on = Day(f"When it was reported; {TODAY}.")


@dated("given_on")
class GiveNumbers(Body):
    """The further numbers that stand in place of those before; an empty list: none."""

    numbers = further_numbers(required=True)
    given_on = Day(f"When it was said; {TODAY}.")


@dated("published_on")
class PublishNotice(Body):
    """The notice of an amendment on 17 kap. 11 or 12 § that was recorded without it."""

    decision = Key("The amendment's decision.", least=1, required=True)
    number = Key("The notice's number.", least=1, required=True)
    published_on = Day(f"When it was published; {TODAY}.")


@dated("on")
class RecordInKind(Body):
    """Worth that nobody invoices: beside the balance, never in it."""

    organisation = Organisation("Which buyer gave it; left out, the caller's organisation")
    amount = Money("What it is worth.", least=1, required=True)
    what = Words("What was given.", MAX_TEXT, least=1, required=True)
    on = Day(f"The day it counts; {TODAY}.")
