"""What goes out of agreements."""

from marshmallow import Schema, fields

from ledger.application.answers import members
from ledger.application.answers.proof import Checkpoint
from ledger.application.answers.selection import SelectionTerms
from ledger.application.answers.terms import Four
from ledger.application.bodies import (
    AGREEMENT,
    EFFECTS,
    NUMBER,
    PARTY_ROLES,
)
from ledger.application.bodies.fields import CURRENCY
from ledger.domain.regime import REGIMES
from ledger.domain.sharing import METHODS


class NamedParty(Schema):
    organisation = members.organisation("Ten digits.")
    name = members.text("Its name.")


class NamedBuyer(NamedParty):
    role = members.one_of("Its part in a joint agreement.", PARTY_ROLES, null=True)


class CostSplitPart(Schema):
    organisation = members.organisation("Who carries it.")
    weight = members.whole("What compares, or seats; null where the split is fixed.", null=True)
    amount = members.amount("Null unless the split is fixed.", null=True)


class CostSplit(Schema):
    """How what an order costs is shared."""

    method = members.one_of("By shares, seats or fixed amounts.", METHODS)
    parts = members.listed(CostSplitPart, "Who carries how much of it.")


class AgreementLimit(Schema):
    """A largest amount over the lines that match every dimension that is not null."""

    name = members.text("What it is called.")
    amount = members.amount("The most that may be used; null: unknown.", null=True)
    effect = members.one_of("What passing it does.", EFFECTS)
    tolerance = members.whole("Per cent that may be passed before the limit speaks.")
    year = members.whole("Lines delivered in this year.", null=True)
    buyer = members.organisation("Lines of this buyer.", null=True)
    supplier = members.organisation("Lines of this supplier.", null=True)
    kind = members.text("Lines of this kind of cost.", null=True)
    funding = members.text("Lines paid from this source.", null=True)


class ExtensionOption(Schema):
    months = members.whole("Months that it adds to the term.")
    text = members.text("The clause.")


class PlannedUse(Schema):
    by = members.day("By the end of this day.")
    amount = members.amount("Planned to be in use since the start.")


class CancellationStep(Schema):
    days = members.whole("From so many days before the start on.")
    percent = members.whole("Per cent of what is cancelled that stays.")


class AgreementPolicy(Schema):
    """What the parties or the law decided for this agreement."""

    cap_effect = members.one_of("What passing the cap does.", EFFECTS)
    cap_tolerance = members.whole("Per cent of the cap that may be passed before it binds.")
    amendments = members.one_of("Which rules bind amendments.", ("lou_17", "free"))
    longest_term_months = members.whole("Longest term; null: none.", null=True)
    extensions = members.listed(ExtensionOption, "Options to extend the term, in the order of use.")
    threshold = members.amount("The award year's threshold; null: that of the law.", null=True)
    index_adjusted_value = members.amount("The original value, index-adjusted.", null=True)
    delivery_after_term = members.truth("Whether an order may be delivered after the term.")
    alerts = members.listed(fields.Integer(), "Per cent of a limit whose passing is recorded.")
    term_alerts = members.listed(fields.Integer(), "Months before its end that are alerted of.")
    under_use = members.whole("Per cent of the plan that is alerted below.", null=True)
    plan = members.listed(PlannedUse, "The plan of the cap; empty: evenly over the term.")
    legal_ground = members.text("Free text.")
    split = members.nested(CostSplit, null=True)
    tariff = members.listed(CancellationStep, "What a buyer's cancellation costs.")


class ProposedShareMove(Schema):
    """Room that one buyer proposed to move, and the other has not answered."""

    number = members.whole("Its number in the agreement.", 1)
    giver = members.organisation("Whose share would be less.")
    receiver = members.organisation("Whose share would be more.")
    amount = members.amount("How much.")
    proposed_by = members.organisation("Which of the two proposed it.")


class Agreement(Schema):
    """A framework agreement as it is now."""

    number = members.text("Its number.", f"^{NUMBER}$")
    title = members.text("What it is about.")
    status = members.one_of("Whether it is open for orders.", AGREEMENT)
    currency = members.text("ISO 4217.", CURRENCY)
    cap = members.amount("Takvolym; null: unknown.", null=True)
    buyers = members.listed(NamedBuyer, "Who may order under it.")
    suppliers = members.listed(NamedParty, "With whom orders are placed.")
    signed_on = members.day("When it was signed.")
    starts_on = members.day("First day of the term.")
    ends_on = members.day("Last day of the term; it counts.")
    expired = members.truth("Whether the end of the term has been recorded.")
    regime = members.one_of("Which law governs it.", REGIMES)
    policy = members.nested(AgreementPolicy)
    limits = members.listed(AgreementLimit, "Limits beside the cap.")
    selection = members.nested(SelectionTerms, null=True)
    orders = members.whole("Orders placed under it.")
    extensions_used = members.whole("Extension options used.")
    proposed_share_moves = members.listed(ProposedShareMove, "Not answered yet.")


class LimitBalance(Four):
    name = members.text("The limit; the first is the cap.")
    amount = members.amount("The most that may be used; null: unknown.", null=True)
    remaining = members.amount("What is left, also below 0; null: unknown.", null=True)
    effect = members.one_of("What passing it does.", EFFECTS)


class Preview(Four):
    """What would be left."""

    cap = members.amount("Takvolym; null: unknown.", null=True)
    remaining = members.amount("What is left, also below 0; null: unknown.", null=True)
    limits = members.listed(LimitBalance, "Every limit; the cap first.")


class Balance(Preview):
    """What is left, as of a business date, as known at a moment."""

    agreement = members.text("The agreement's number.")
    currency = members.text("ISO 4217.", CURRENCY)
    in_kind = members.amount("What was given in kind: it counts nowhere.")
    as_of = members.day("The business date.")
    known_at = members.moment("What had been recorded by then.")
    position = members.whole("The agreement's latest fact in the log.")


class ListedAgreement(Agreement):
    balance = members.nested(Balance)


class PostedLine(Schema):
    """What moved, on which line of which order; without an order it was the limit itself."""

    position = members.whole("The fact's place in the log.")
    number = members.whole("The posting's place in the fact.")
    order = members.text("The order whose money moved; null: the cap itself changed.", null=True)
    drawdown = members.text("The invoice or credit that moved it.", null=True)
    cause = members.text("What moved it, as placed or drawn.")
    line = members.whole("The order's line.", null=True)
    year = members.whole("The line's year of delivery.", null=True)
    buyer = members.organisation("The line's buyer.", null=True)
    supplier = members.organisation("The line's supplier.", null=True)
    kind = members.text("The line's kind of cost.", null=True)
    funding = members.text("What pays for the line.", null=True)
    cost_centre = members.text("Whose cost the line is.", null=True)
    code_string = members.text("How the line is booked (kodsträng).", null=True)
    effective_on = members.day("The business date that it counts from.")
    recorded_at = members.moment("When it was recorded.")


class Posting(Four, PostedLine):
    """How much one fact moved on one line between the four places, and what is left after it."""

    agreement = members.text("The agreement's number.")
    cap = members.amount("How much the cap changed.")
    remaining = members.amount("What is left after it; null: unknown.", null=True)


class Statement(Schema):
    items = members.listed(Posting, "In the order that they count.")
    checkpoint = members.nested(Checkpoint)
