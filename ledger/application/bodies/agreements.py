"""What comes in for agreements."""

from typing import Any

from marshmallow import Schema, fields, post_load

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import (
    Day,
    Flag,
    Key,
    Length,
    Money,
    Organisation,
    Words,
    choice,
    matching,
    whole,
)
from ledger.application.bodies.selection import Selection
from ledger.application.bodies.terms import (
    EFFECTS,
    NUMBER,
    PARTY_ROLES,
    REASON,
    TODAY,
    currency_code,
)
from ledger.bounds import (
    MAX_LIMITS,
    MAX_TARIFF,
    MAX_TEXT,
    MAX_WEIGHT,
)
from ledger.domain.regime import GROUNDS, REGIMES
from ledger.domain.sharing import METHODS


class Party(Schema):
    organisation = Organisation("The organisation", required=True)
    name = Words("Its name.", load_default="")


class Buyer(Party):
    role = choice(
        "Its part in a joint agreement: who answers for it, a member, or a company of one.",
        PARTY_ROLES,
    )


class SplitPart(Schema):
    organisation = Organisation("Who carries it", required=True)
    weight = whole("By shares, what compares; by seats, their number.", 1, MAX_WEIGHT)
    amount = Money("Where fixed, excl. VAT.", least=1)


class Split(Schema):
    """How what an order costs is shared; what it comes to is stored with each invoice."""

    method = choice(
        "By shares, by seats as they are allocated, or in fixed amounts.", METHODS, required=True
    )
    parts = fields.List(
        fields.Nested(SplitPart),
        load_default=list,
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "Named buyers; an agreement's split by seats names none."},
    )


class Limit(Schema):
    """A largest amount over the lines that match every dimension named."""

    name = Words("What the limit is called; unique in the agreement.", least=1, required=True)
    amount = Money(
        "The most that may be used, excl. VAT; null: unknown.",
        least=0,
        required=True,
        allow_none=True,
    )
    effect = choice("Passing it is refused, flagged, or nothing.", EFFECTS, load_default="hard")
    tolerance = whole(
        "Per cent that may be passed before the limit speaks.", 0, 100, load_default=0
    )
    year = whole("Lines delivered in this year.", 1990, 2200)
    buyer = Organisation("Lines of this buyer")
    supplier = Organisation("Lines of this supplier")
    kind = Words("Lines of this kind of cost.", least=1)
    funding = Key("Lines paid from this source.", least=1)


class Extension(Schema):
    months = whole("Months that the option adds to the term.", 1, 240, required=True)
    text = Words("The clause.", load_default="")


class TariffStep(Schema):
    days = whole("From so many days before the start on.", 0, 3650, required=True)
    percent = whole("Per cent of what is cancelled that stays.", 0, 100, required=True)


class PlanStep(Schema):
    by = Day("By the end of this day.", required=True)
    amount = Money("In use since the start, excl. VAT.", least=0, required=True)


class Policy(Schema):
    """What the parties or the law decided for this agreement."""

    cap_effect = choice("What passing the cap does.", EFFECTS)
    cap_tolerance = whole("Per cent of the cap that may be passed before it binds.", 0, 100)
    amendments = choice("Which rules bind amendments: LOU 17 kap. or none.", ("lou_17", "free"))
    longest_term_months = whole("Longest term; null: none.", 1, 1200, allow_none=True)
    extensions = fields.List(
        fields.Nested(Extension),
        validate=Length(0, 20),
        metadata={"description": "Options to extend the term, in the order of use."},
    )
    threshold = Money("The award year's threshold, excl. VAT.", least=1, allow_none=True)
    index_adjusted_value = Money(
        "The original value, index-adjusted, excl. VAT (17 kap. 9 §).", least=1, allow_none=True
    )
    delivery_after_term = Flag("Whether an order may be delivered after the term.")
    alerts = fields.List(
        whole("Per cent of a limit.", 1, 1000),
        validate=Length(0, 20),
        metadata={"description": "Shares of a limit whose passing is recorded."},
    )
    term_alerts = fields.List(
        whole("Months before the end of the term.", 1, 120),
        validate=Length(0, 20),
        metadata={"description": "When the end of the term is alerted of."},
    )
    under_use = whole(
        "Per cent of what was planned below which use is alerted of; null: never.",
        1,
        100,
        allow_none=True,
    )
    plan = fields.List(
        fields.Nested(PlanStep),
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "The plan of the cap; left out, evenly over the term."},
    )
    legal_ground = Words("Free text; needed for a term over the longest.", MAX_TEXT)
    split = fields.Nested(Split, allow_none=True)
    tariff = fields.List(
        fields.Nested(TariffStep),
        validate=Length(0, MAX_TARIFF),
        metadata={"description": "What a buyer's cancellation costs, the nearer the start is."},
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
    buyers = fields.List(fields.Nested(Buyer), required=True, validate=Length(1, MAX_LIMITS))
    suppliers = fields.List(fields.Nested(Party), required=True, validate=Length(1, MAX_LIMITS))
    signed_on = Day("When it was signed.", required=True)
    starts_on = Day("First day of the term.", required=True)
    ends_on = Day("Last day of the term; it counts.", required=True)
    regime = choice("Which law governs it.", REGIMES, load_default="unknown")
    policy = fields.Nested(Policy, load_default=dict)
    limits = fields.List(fields.Nested(Limit), load_default=list, validate=Length(0, MAX_LIMITS))
    selection = fields.Nested(Selection, allow_none=True)


class LimitRule(Schema):
    """How a limit that is there shall bind; what is left out stays."""

    name = Words("Which limit, beside the cap.", least=1, required=True)
    effect = choice("Passing it is refused, flagged, or nothing.", EFFECTS)
    tolerance = whole("Per cent that may be passed before the limit speaks.", 0, 100)


class Change(Schema):
    cap = Money("The new cap, excl. VAT; null: unknown.", least=1, allow_none=True)
    limits = fields.List(
        fields.Nested(Limit),
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "New limits, and known ones with their new amount."},
    )
    buyers = fields.List(
        fields.Nested(Buyer),
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "Buyers to add."},
    )
    policy = fields.Nested(
        Policy, metadata={"description": "Members of the policy that change; the others stay."}
    )
    limit_rules = fields.List(
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


@dated("on")
class Dated(Body):
    on = Day(f"The day it counts; {TODAY}.")


@dated("on")
class ProposeShareMove(Body):
    """Room from one buyer's share to another's; one of the two proposes, the other accepts."""

    giver = Organisation("Whose share gets less", required=True)
    receiver = Organisation("Whose share gets more", required=True)
    amount = Money("How much, excl. VAT.", least=1, required=True)
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
class RecordInKind(Body):
    """Worth that nobody invoices: beside the balance, never in it."""

    organisation = Organisation("Which buyer gave it; left out, the caller's organisation")
    amount = Money("What it is worth.", least=1, required=True)
    what = Words("What was given.", MAX_TEXT, least=1, required=True)
    on = Day(f"The day it counts; {TODAY}.")
