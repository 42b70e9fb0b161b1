"""What comes in of what the parties decided: limits, the policy, how costs are shared."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

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
    whole,
)
from ledger.application.bodies.terms import (
    EFFECTS,
)
from ledger.bounds import (
    MAX_LIMITS,
    MAX_TARIFF,
    MAX_TEXT,
    MAX_WEIGHT,
)
from ledger.domain.limits import UNITS
from ledger.domain.sharing import METHODS
from ledger.wording import words


class SplitPart(Schema):
    organisation = Organisation("Who carries it", required=True)
    weight = whole("By shares, what compares; by seats, their number.", 1, MAX_WEIGHT)
    amount = Money("Where fixed, excl. VAT.", least=1)


class Split(Schema):
    """How what an order costs is shared; what it comes to is stored with each invoice."""

    method = choice(
        "By shares, by seats as they are allocated, or in fixed amounts.", METHODS, required=True
    )
    parts = Listed(
        fields.Nested(SplitPart),
        load_default=list,
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "Named buyers; an agreement's split by seats names none."},
    )


class Limit(Schema):
    """A largest amount, or number of seats, over the lines that match every dimension named."""

    name = Words("What the limit is called; unique in the agreement.", least=1, required=True)
    unit = choice("What it counts; seats are those that are ordered.", UNITS, load_default="money")
    amount = Money(
        "The most that may be used, excl. VAT, or in whole seats; null: unknown.",
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

    @post_load
    def _counted(self, limit: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Of a limit in seats the number is one of seats."""
        if limit["unit"] != "seats" or limit["amount"] is None:
            return limit
        if limit["amount"] % 100:
            raise ValidationError({"amount": [words("A limit in seats is a whole number.")]})
        return {**limit, "amount": limit["amount"] // 100}


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
    extensions = Listed(
        fields.Nested(Extension),
        validate=Length(0, 20),
        metadata={"description": "Options to extend the term, in the order of use."},
    )
    threshold = Money("The award year's threshold, excl. VAT.", least=1, allow_none=True)
    index_adjusted_value = Money(
        "The original value, index-adjusted, excl. VAT (17 kap. 9 §).", least=1, allow_none=True
    )
    sealed_offers = Flag(
        "Whether offers in competitions are sealed from buyers until opened, after the last "
        "day to answer; left out at signing: they are."
    )
    delivery_after_term = Flag("Whether an order may be delivered after the term.")
    alerts = Listed(
        whole("Per cent of a limit.", 1, 1000),
        validate=Length(0, 20),
        metadata={"description": "Shares of a limit whose passing is recorded."},
    )
    term_alerts = Listed(
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
    plan = Listed(
        fields.Nested(PlanStep),
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "The plan of the cap; left out, evenly over the term."},
    )
    legal_ground = Words("Free text; needed for a term over the longest.", MAX_TEXT)
    split = fields.Nested(Split, allow_none=True)
    tariff = Listed(
        fields.Nested(TariffStep),
        validate=Length(0, MAX_TARIFF),
        metadata={"description": "What a buyer's cancellation costs, the nearer the start is."},
    )
    answer_days = whole(
        "Days that a university has for an answer, where the order does not say by when.", 1, 365
    )
