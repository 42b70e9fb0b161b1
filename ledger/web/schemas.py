"""What comes in, shared by API, forms and command line; what goes out is in `answers`."""

from typing import Any, get_args

from marshmallow import Schema, fields

from ledger.bounds import (
    MAX_LIMITS,
    MAX_LINES,
    MAX_PAGE,
    MAX_SEATS,
    MAX_TEXT,
    MAX_WEIGHT,
    PAGE,
)
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import PartyRole
from ledger.domain.regime import GROUNDS, REGIMES
from ledger.domain.sharing import METHODS
from ledger.service import SWEDEN
from ledger.web.fields import (
    CREDITS,
    CURRENCY,
    Day,
    Flag,
    Length,
    Moment,
    Money,
    Number,
    Organisation,
    Switch,
    Words,
    choice,
    matching,
    whole,
)

NUMBER = "[A-Za-z0-9][A-Za-z0-9_-]{0,39}"
"""An agreement's number: it stands in addresses, and in the numbers of its orders."""

EFFECTS = ("hard", "soft", "informational")
ROOMS = ("cap", "order")
PARTY_ROLES: tuple[str, ...] = get_args(PartyRole)
TYPES = ("380", "381")
AGREEMENT: tuple[str, ...] = get_args(agreement.Status)
ORDER: tuple[str, ...] = get_args(order.Status)
DRAWDOWN: tuple[str, ...] = get_args(drawdown.Status)
"""Statuses."""

REASON = "Why, in words."
ROOM = "Where the room of a credit goes: back to the cap, or back to its order."
TODAY = "left out, today in Sweden"


def _currency(**kwargs: Any) -> fields.String:
    error = "A currency has three letters, as SEK."
    return matching("ISO 4217.", CURRENCY, error, **kwargs)


def _credits() -> fields.String:
    error = 'Credits are given in steps of 0.5, as "7.5".'
    return matching("Higher education credits (hp); a course without has none.", CREDITS, error)


def _seats() -> fields.Integer:
    return whole("Seats ordered; participants are counts, never names.", 1, MAX_SEATS)


# ── Agreements ────────────────────────────────────────────────────────────────────────────────


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
    funding = Words("Lines paid from this source.", least=1)


class Extension(Schema):
    months = whole("Months that the option adds to the term.", 1, 240, required=True)
    text = Words("The clause.", load_default="")


class Policy(Schema):
    """What the parties or the law decided for this agreement."""

    cap_effect = choice("What passing the cap does.", EFFECTS)
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
    legal_ground = Words("Free text; needed for a term over the longest.", MAX_TEXT)
    split = fields.Nested(Split, allow_none=True)


class SignAgreement(Schema):
    number = matching(
        "The agreement's number.",
        f"^{NUMBER}$",
        error="Letters, digits, - and _ only, at most 40.",
        required=True,
    )
    title = Words("What the agreement is about.", least=1, required=True)
    currency = _currency(load_default="SEK")
    cap = Money("Takvolym, excl. VAT; null: unknown.", least=1, required=True, allow_none=True)
    buyers = fields.List(fields.Nested(Buyer), required=True, validate=Length(1, MAX_LIMITS))
    suppliers = fields.List(fields.Nested(Party), required=True, validate=Length(1, MAX_LIMITS))
    signed_on = Day("When it was signed.", required=True)
    starts_on = Day("First day of the term.", required=True)
    ends_on = Day("Last day of the term; it counts.", required=True)
    regime = choice("Which law governs it.", REGIMES, load_default="unknown")
    policy = fields.Nested(Policy, load_default=dict)
    limits = fields.List(fields.Nested(Limit), load_default=list, validate=Length(0, MAX_LIMITS))


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


class Amend(Schema):
    change = fields.Nested(Change, required=True)
    ground = choice("LOU 17 kap., or the agreement's own policy.", GROUNDS, required=True)
    decision = Words("The decision's reference.", least=1, required=True)
    decided_on = Day(f"When it was decided; {TODAY}.")
    effective_on = Day("From when it counts; left out, from the decision.")
    clause = Words("The clause of the contract (17 kap. 10 §).", MAX_TEXT, load_default="")
    record_uncovered = Flag(
        "Record it although its ground does not cover it: it then changes nothing.",
        load_default=False,
    )


class Extend(Schema):
    decision = Words("The decision's reference.", least=1, required=True)
    decided_on = Day(f"When it was decided; {TODAY}.")


class Reason(Schema):
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    on = Day(f"The day it counts; {TODAY}.")


class ProposeShareMove(Schema):
    """Room from one buyer's share to another's; one of the two proposes, the other accepts."""

    giver = Organisation("Whose share gets less", required=True)
    receiver = Organisation("Whose share gets more", required=True)
    amount = Money("How much, excl. VAT.", least=1, required=True)
    reason = Words(REASON, MAX_TEXT, load_default="")
    on = Day(f"The day it counts; {TODAY}.")


class AcceptShareMove(Schema):
    on = Day(f"The day it counts; {TODAY}.")


class DeclineShareMove(Schema):
    reason = Words(REASON, MAX_TEXT, load_default="")
    on = Day(f"The day it counts; {TODAY}.")


class RecordInKind(Schema):
    """Worth that nobody invoices: beside the balance, never in it."""

    organisation = Organisation("Which buyer gave it; left out, the caller's organisation")
    amount = Money("What it is worth.", least=1, required=True)
    what = Words("What was given.", MAX_TEXT, least=1, required=True)
    on = Day(f"The day it counts; {TODAY}.")


# ── Orders ────────────────────────────────────────────────────────────────────────────────────


class Line(Schema):
    """An amount, or a quantity and a price."""

    kind = Words("Kind of cost, as development or delivery.", least=1, required=True)
    text = Words("What the line is for.", MAX_TEXT, load_default="")
    amount = Money("Excl. VAT; with quantity and price, their product.", least=1)
    quantity = whole("How many.", 1, MAX_SEATS)
    unit_price = Money("Price of one, excl. VAT.", least=1)
    year = whole("Year of delivery; left out, the year of the start.", 1990, 2200)
    funding = Words("What pays for it.", least=1)
    cost_centre = Words("Whose cost it is (kodsträng).", least=1)


def _lines(**kwargs: Any) -> Any:
    return fields.List(fields.Nested(Line), validate=Length(1, MAX_LINES), **kwargs)


class PlaceOrder(Schema):
    course = Words("What is ordered.", least=1, required=True)
    lines = _lines(required=True)
    buyer = Organisation("Who orders; left out, the caller's organisation")
    supplier = Organisation("Which supplier, where the agreement has several")
    unit = Words("The unit that orders.", load_default="")
    challenge = Words("The challenge that the course starts from.", MAX_TEXT, load_default="")
    reference = Words("The buyer's own reference, as invoices name it.", load_default="")
    credits = _credits()
    seats = _seats()
    split = fields.Nested(Split, allow_none=True)
    ordered_on = Day(f"Order date, which must lie within the term; {TODAY}.")
    starts_on = Day("Course start.")
    ends_on = Day("Course end.")
    respond_by = Day("Last day for the university to answer.")


class Confirm(Schema):
    confirmed_on = Day(f"When it was confirmed; {TODAY}.")
    reference = Words("The university's reference.", load_default="")


class Decline(Schema):
    declined_on = Day(f"When it was declined; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


class Counter(Schema):
    countered_on = Day(f"When it was offered; {TODAY}.")
    lines = _lines(required=True)
    reason = Words(REASON, MAX_TEXT, load_default="")
    seats = _seats()
    starts_on = Day("Course start.")
    ends_on = Day("Course end.")


class Accept(Schema):
    accepted_on = Day(f"When it was accepted; {TODAY}.")
    reference = Words("The buyer's reference.", load_default="")


class Reject(Schema):
    rejected_on = Day(f"When it was rejected; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


class ChangeOrder(Schema):
    """The order as it shall read; what is left out stays."""

    changed_on = Day(f"When it was changed; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    lines = _lines()
    seats = _seats()
    starts_on = Day("Course start.")
    ends_on = Day("Course end.")


class Cancel(Schema):
    """Seats of a line, or without `seats` the whole order."""

    cancelled_on = Day(f"When it was cancelled; {TODAY}.")
    cancelled_by = choice("Who cancels.", ("buyer", "supplier"), load_default="buyer")
    reason = Words(REASON, MAX_TEXT, load_default="")
    seats = whole("Seats to cancel.", 1, MAX_SEATS)
    line = whole("The line that they are on, where several have seats.", 1, MAX_LINES)
    holder = Organisation("Whose they are, where seats are allocated")
    fee = Money("What stays committed, excl. VAT.", least=0, load_default=0)


class Seats(Schema):
    organisation = Organisation("Whose they are", required=True)
    seats = whole("How many.", 1, MAX_SEATS, required=True)


class AllocateSeats(Schema):
    """All of the order's seats, to named buyers."""

    allocated_on = Day(f"When they were allocated; {TODAY}.")
    seats = fields.List(fields.Nested(Seats), required=True, validate=Length(1, MAX_LIMITS))


class MoveSeats(Schema):
    """Seats that one organisation gives to another."""

    moved_on = Day(f"When they were given; {TODAY}.")
    giver = Organisation("Who gives them", required=True)
    receiver = Organisation("Who takes them", required=True)
    seats = whole("How many.", 1, MAX_SEATS, required=True)
    reason = Words(REASON, MAX_TEXT, load_default="")


class Start(Schema):
    started_on = Day(f"When it started; {TODAY}.")


class Deliver(Schema):
    delivered_on = Day(f"When it was delivered; {TODAY}.")
    seats_used = whole("Seats used.", 0, MAX_SEATS, required=True)
    credits_awarded = whole("Participants who were awarded their credits.", 0, MAX_SEATS)


class Close(Schema):
    closed_on = Day(f"When it was closed; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, load_default="")


# ── Drawdowns ─────────────────────────────────────────────────────────────────────────────────


class DrawdownLine(Schema):
    order = Words("The order that it draws.", least=1)
    line = whole("The order's line; left out, its lines in turn.", 1, MAX_LINES)
    amount = Money("Excl. VAT; negative on a credit.", required=True)


class RecordDrawdown(Schema):
    """An invoice, or a credit: a credit note (381), or a negative invoice (380)."""

    invoice = Words("The invoice's number.", least=1, required=True)
    issued_on = Day("Its issue date, from which it counts.", required=True)
    type = choice("380 invoice, 381 credit note.", TYPES, load_default="380")
    amount = Money("Excl. VAT; below 0 it is a credit.", zero=False, required=True)
    vat = Money("VAT, beside the amount.", allow_none=True)
    currency = _currency()
    due_on = Day("When it is to be paid.")
    supplier = Organisation("Who sent it; left out, the order's supplier")
    credits = Words("The drawdown that a credit takes back.", least=1)
    room = choice(ROOM, ROOMS)
    text = Words("What it is for.", MAX_TEXT, load_default="")
    lines = fields.List(fields.Nested(DrawdownLine), validate=Length(1, MAX_LINES))


class Reverse(Schema):
    """The credit of an invoice; amounts are written with or without a minus."""

    invoice = Words("The credit's number.", least=1, required=True)
    issued_on = Day("Its issue date, from which it counts.", required=True)
    type = choice("381 credit note, 380 negative invoice.", TYPES, load_default="381")
    amount = Money("Excl. VAT; left out, all that is left to credit.", zero=False)
    vat = Money("VAT, beside the amount.", allow_none=True)
    room = choice(ROOM, ROOMS)
    text = Words("What it is for.", MAX_TEXT, load_default="")


class Approve(Schema):
    approved_on = Day(f"When it was approved; {TODAY}.")
    room = choice(f"{ROOM} Needed for a credit that does not say it.", ROOMS)
    note = Words("A note.", MAX_TEXT, load_default="")


class RejectDrawdown(Schema):
    rejected_on = Day(f"When it was rejected; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


class RecordRecharge(Schema):
    """The buyer takes a member's share of an invoice back from it."""

    member = Organisation("Who pays its share back", required=True)
    amount = Money("Excl. VAT.", least=1, required=True)
    reference = Words("The recharge's own reference.", least=1, required=True)
    recharged_on = Day(f"When; {TODAY}.")


# ── Documents ─────────────────────────────────────────────────────────────────────────────────


class Nothing(Schema):
    """An empty body."""


class AssignDocument(Schema):
    order = Words("The order that it belongs to.", least=1, required=True)


class DiscardDocument(Schema):
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


# ── Addresses ─────────────────────────────────────────────────────────────────────────────────


class DryRun(Schema):
    dry_run = Switch("Tell what it would do to the balance; write nothing.", load_default=False)


class Times(Schema):
    as_of = Day("What counts up to and with this business date; left out, everything.")
    known_at = Moment("What had been recorded at this moment; left out, everything.")


class OnDay(Schema):
    on = Day(f"The day that it is told for; {TODAY}.")


class PageTimes(Schema):
    """As a form field gives it: a moment without an offset is Swedish time."""

    as_of = Day("The business date.", load_default=None)
    known_at = fields.AwareDateTime(format="iso", default_timezone=SWEDEN, load_default=None)


class Page(Schema):
    after = Words("Where the page before ended; take it from `Link`.", load_default="")
    limit = Number("Rows in a page.", 1, MAX_PAGE, load_default=PAGE)


class AgreementsQuery(Page, Times):
    buyer = Organisation("Agreements of this buyer")
    status = choice("Agreements in this status.", AGREEMENT)


class OrdersQuery(Page, Times):
    agreement = Words("Orders under this agreement.")
    status = choice("Orders in this status.", ORDER)
    unit = Words("Orders of this unit.")


class DrawdownsQuery(Page, Times):
    agreement = Words("Drawdowns on this agreement.")
    order = Words("Drawdowns on this order.")
    status = choice("Drawdowns in this status.", DRAWDOWN)


class InclusionQuery(Schema):
    size = Number("The tree's size; left out, the newest checkpoint's.", 1, 2**53)


class ConsistencyQuery(Schema):
    first = Number("The smaller size.", 1, 2**53, data_key="from", required=True)
    second = Number("The larger size; left out, the log's.", 1, 2**53, data_key="to")


class EventsQuery(Schema):
    after = Number("Facts after this position.", 0, 2**53, load_default=0)
    limit = Number("Facts in a page.", 1, MAX_PAGE, load_default=PAGE)
