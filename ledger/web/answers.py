"""What goes out: the members of every answer, as `resources` makes them and the API describes them.

Amounts are decimal strings excluding VAT; a member that is unknown or not there is null.
"""

from functools import cache

from marshmallow import Schema, fields, validate

from ledger.domain.events import NAMES, ROLES
from ledger.domain.regime import REGIMES
from ledger.domain.sharing import METHODS
from ledger.web import members
from ledger.web.fields import CREDITS, CURRENCY
from ledger.web.schemas import (
    AGREEMENT,
    DRAWDOWN,
    EFFECTS,
    NUMBER,
    ORDER,
    PARTY_ROLES,
    ROOMS,
    TYPES,
)

ORDER_NUMBER = rf"{NUMBER}-\d{{4,9}}"
DRAWDOWN_ID = r"[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_~-]{1,2400}\.\d{4}-\d\d-\d\d\.38[01]"
RECORDED = "Recorded"
"""What the names of the facts' own shapes begin with, among all shapes of the description."""
DIGEST = "^[0-9a-f]{64}$"


class _Four(Schema):
    """cap = reserved + committed + drawn + remaining, in whole öre."""

    reserved = members.amount("Ordered and not yet answered.")
    committed = members.amount("Confirmed and not yet invoiced.")
    drawn = members.amount("Invoices approved, credits deducted.")


# ── Agreements ────────────────────────────────────────────────────────────────────────────────


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


class AgreementPolicy(Schema):
    """What the parties or the law decided for this agreement."""

    cap_effect = members.one_of("What passing the cap does.", EFFECTS)
    amendments = members.one_of("Which rules bind amendments.", ("lou_17", "free"))
    longest_term_months = members.whole("Longest term; null: none.", null=True)
    extensions = members.listed(ExtensionOption, "Options to extend the term, in the order of use.")
    threshold = members.amount("The award year's threshold; null: that of the law.", null=True)
    index_adjusted_value = members.amount("The original value, index-adjusted.", null=True)
    delivery_after_term = members.truth("Whether an order may be delivered after the term.")
    alerts = members.listed(fields.Integer(), "Per cent of a limit whose passing is recorded.")
    term_alerts = members.listed(fields.Integer(), "Months before its end that are alerted of.")
    legal_ground = members.text("Free text.")
    split = members.nested(CostSplit, null=True)


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
    orders = members.whole("Orders placed under it.")
    extensions_used = members.whole("Extension options used.")
    proposed_share_moves = members.listed(ProposedShareMove, "Not answered yet.")


class LimitBalance(_Four):
    name = members.text("The limit; the first is the cap.")
    amount = members.amount("The most that may be used; null: unknown.", null=True)
    remaining = members.amount("What is left, also below 0; null: unknown.", null=True)
    effect = members.one_of("What passing it does.", EFFECTS)


class Preview(_Four):
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
    effective_on = members.day("The business date that it counts from.")
    recorded_at = members.moment("When it was recorded.")


class Posting(_Four, PostedLine):
    """How much one fact moved on one line between the four places, and what is left after it."""

    agreement = members.text("The agreement's number.")
    cap = members.amount("How much the cap changed.")
    remaining = members.amount("What is left after it; null: unknown.", null=True)


class Statement(Schema):
    items = members.listed(Posting, "In the order that they count.")


# ── Orders ────────────────────────────────────────────────────────────────────────────────────


class OrderLine(Schema):
    number = members.whole("The line's number in its order.", 1)
    kind = members.text("Kind of cost.")
    text = members.text("What it is for.")
    amount = members.amount("What it counts for.")
    quantity = members.whole("How many.", null=True)
    unit_price = members.amount("Price of one.", null=True)
    year = members.whole("Year of delivery.")
    funding = members.text("What pays for it.", null=True)
    cost_centre = members.text("Whose cost it is.", null=True)


class CounterOffer(Schema):
    """What the university offered instead."""

    lines = members.listed(OrderLine, "The order's lines as they would be.")
    reason = members.text("Why.")
    seats = members.whole("Seats; null: as ordered.", null=True)
    starts_on = members.day("Course start; null: as ordered.", null=True)
    ends_on = members.day("Course end; null: as ordered.", null=True)


class AllocatedSeats(Schema):
    organisation = members.organisation("Whose they are.")
    seats = members.whole("How many.", 1)


class Order(_Four):
    """A course order as it is now."""

    number = members.text("Its number.", f"^{ORDER_NUMBER}$", examples=["SKO-2023-0001"])
    agreement = members.text("The agreement's number.", f"^{NUMBER}$")
    status = members.one_of("How far it has come.", ORDER)
    buyer = members.organisation("Who ordered.")
    supplier = members.organisation("Who gives the course.")
    currency = members.text("ISO 4217.", CURRENCY)
    course = members.text("What is ordered.")
    unit = members.text("The unit that ordered.")
    challenge = members.text("The challenge that the course starts from.")
    reference = members.text("The buyer's own reference.")
    credits = members.text("Higher education credits (hp); null: none.", CREDITS, null=True)
    seats = members.whole("Seats ordered.", null=True)
    allocated = members.listed(AllocatedSeats, "Whose the seats are.")
    split = members.nested(CostSplit, null=True)
    ordered_on = members.day("Order date.")
    starts_on = members.day("Course start.", null=True)
    ends_on = members.day("Course end.", null=True)
    respond_by = members.day("Last day for the university to answer.", null=True)
    confirmed_on = members.day("When it was confirmed.", null=True)
    confirmation = members.text("The university's reference.")
    amount = members.amount("What it asks for.")
    lines = members.listed(OrderLine, "Its lines.")
    seats_used = members.whole("Seats used.", null=True)
    credits_awarded = members.whole("Participants who were awarded their credits.", null=True)
    reason = members.text("Why it was declined, cancelled or closed.")
    flags = members.flags()
    counter = members.nested(CounterOffer, null=True)


# ── Drawdowns ─────────────────────────────────────────────────────────────────────────────────


class CarriedShare(Schema):
    organisation = members.organisation("Who carries it.")
    amount = members.amount("Negative on a credit.")


class DrawdownPart(Schema):
    order = members.text("The order that it draws.", f"^{ORDER_NUMBER}$")
    line = members.whole("The order's line.", 1)
    amount = members.amount("Negative on a credit.")
    shares = members.listed(CarriedShare, "Who carries it, as stored; the buyer where none does.")


class MemberRecharge(Schema):
    member = members.organisation("Who paid its share back.")
    amount = members.amount("How much.")
    reference = members.text("The recharge's own reference.")
    recharged_on = members.day("When.")


class SourceFile(Schema):
    """The received file that the record was made from."""

    format = members.text("Its format.")
    sha256 = members.text("Its SHA-256.", DIGEST)


class Drawdown(Schema):
    """An invoice or a credit as it is now."""

    id = members.text("Supplier, invoice number, issue date and type.", f"^{DRAWDOWN_ID}$")
    agreement = members.text("The agreement's number.", f"^{NUMBER}$")
    status = members.one_of("How far it has come.", DRAWDOWN)
    supplier = members.organisation("Who sent it.")
    buyer = members.organisation("Who pays it.")
    invoice = members.text("Its number.")
    type = members.one_of("380 invoice, 381 credit note.", TYPES)
    issued_on = members.day("Its issue date, from which it counts.")
    due_on = members.day("When it is to be paid.", null=True)
    currency = members.text("ISO 4217.", CURRENCY)
    amount = members.amount("Excl. VAT; negative on a credit.")
    vat = members.amount("VAT, beside the amount.", null=True)
    lines = members.listed(DrawdownPart, "Which orders and lines it draws.")
    credits = members.text("The drawdown that a credit takes back.", null=True)
    credited = members.amount("How much of it credits took back.")
    recharges = members.listed(MemberRecharge, "What the buyer took back: no second drawdown.")
    room = members.one_of("Where the room of a credit goes.", ROOMS, null=True)
    text = members.text("What it is for.")
    source = members.nested(SourceFile, null=True)
    flags = members.flags()
    recorded_by = members.text("Opaque id of the person who recorded it.")
    decided_by = members.text("Opaque id of the person who approved or rejected it.", null=True)
    decided_on = members.day("When it was approved or rejected.", null=True)
    reason = members.text("The approver's note, or why it was rejected.")


# ── Documents ─────────────────────────────────────────────────────────────────────────────────


class Receipt(Schema):
    """What became of a received file."""

    sha256 = members.text("The file's SHA-256.", DIGEST)
    status = members.one_of("What became of it.", ("recorded", "duplicate", "queued", "discarded"))
    drawdown = members.text("The drawdown; empty where it waits in the queue.")
    reason = members.text("Why it waits, or what it duplicates; else empty.")
    refusal = members.text("The type of the refusal that keeps it in the queue; else empty.")
    version = members.whole("The drawdown's version; 0 where nothing was recorded.")
    receipt = members.text("The record's place in the hash tree, as in Avrop-Receipt, or empty.")


class QueuedDocument(Schema):
    """A file that could not be matched."""

    sha256 = members.text("The file's SHA-256.", DIGEST)
    format = members.text("Its format.")
    buyer = members.text("Whom it is made out to.", null=True)
    reason = members.text("Why it waits.")
    refusal = members.text("The type of the refusal that keeps it here.")
    figures = fields.Dict(required=True, metadata={"description": "The refusal's figures."})
    received_at = members.moment("When it came.")


class Queue(Schema):
    items = members.listed(QueuedDocument, "The oldest first.")


# ── The log ───────────────────────────────────────────────────────────────────────────────────


class Actor(Schema):
    person = members.text("Opaque id; names are in the registry.")
    organisation = members.text("The organisation that they acted for; empty for the ledger's own.")
    role = members.one_of("The role that they used.", ROLES)


class FactHead(Schema):
    """Which fact of the log it is."""

    position = members.whole("Its place in the log.", 1)
    stream = members.text("What it is about, as order/SKO-2023-0001.")
    version = members.whole("Its place in its stream.", 1)
    name = members.one_of("What happened.", tuple(NAMES))
    effective_on = members.day("The business date that it counts for.")


class Fact(FactHead):
    """A fact of the log. Amounts in its data are whole öre, as recorded."""

    agreement = members.text("The agreement that it belongs to.")
    by = members.nested(Actor)
    recorded_at = members.moment("When it was recorded.")
    data = fields.Dict(
        required=True,
        metadata={
            "description": "The fact itself, as its name says.",
            "anyOf": [
                {"$ref": f"#/components/schemas/{RECORDED}{event.__name__}"}
                for event in NAMES.values()
            ],
        },
    )


# ── The proof ────────────────────────────────────────────────────────────────────────────────


class TreeCheckpoint(Schema):
    """A size of the log's hash tree and its root. Unsigned it is only what the ledger says."""

    signed = members.truth("Whether the notary has signed it; what is not signed proves nothing.")
    size = members.whole("How many records the tree has.")
    root = members.text("The tree's root (RFC 6962) in hexadecimal.", DIGEST)
    note = members.text("The checkpoint as it was signed (C2SP tlog-checkpoint).", null=True)
    key = members.text("The notary's public key (C2SP); compare it with yours.", null=True)


class Inclusion(Schema):
    """A proof that a record is in the tree."""

    index = members.whole("The record's number in the tree, from 0.")
    size = members.whole("The tree's size.", 1)
    leaf = members.text("The record's leaf hash in hexadecimal, as in its receipt.", DIGEST)
    root = members.text("The tree's root in hexadecimal.", DIGEST)
    proof = members.listed(fields.String(), "The hashes from the leaf up, in hexadecimal.")


class Consistency(Schema):
    """A proof that the larger tree only adds to the smaller one."""

    from_size = members.whole("The smaller size.", 1)
    from_root = members.text("Its root in hexadecimal.", DIGEST)
    to_size = members.whole("The larger size.", 1)
    to_root = members.text("Its root in hexadecimal.", DIGEST)
    proof = members.listed(fields.String(), "The hashes of the proof, in hexadecimal.")


# ── Refusals ──────────────────────────────────────────────────────────────────────────────────


class Problem(Schema):
    """Why not (RFC 9457). The figures of the sentence are members of their own beside these."""

    class Meta:
        unknown = "include"

    type = members.text("Stable: programs may rely on it.", format="uri")
    title = members.text("What kind of refusal it is.")
    status = members.whole("The answer's status.", 400)
    detail = members.text("The refusal as a sentence with its figures.")
    instance = members.text("The address that was asked.", format="uri-reference")


class PlacedFault(Schema):
    pointer = members.text("Where: a JSON pointer into the body, a place in the file, or empty.")
    detail = members.text("What is wrong there.")


class Invalid(Problem):
    """The request has faults: all of them, each at its place."""

    class Meta:
        unknown = "include"

    errors = members.listed(PlacedFault, "Every fault.")


class PassedLimit(Schema):
    limit = members.text("The limit's name.")
    cap = members.amount("The most that may be used.")
    used = members.amount("What is in use.")
    asked = members.amount("What was asked for.")
    over = members.amount("By how much it would be passed.")
    fits = members.amount("What would still fit.")


class Conflict(Problem):
    """The request is sound; the state of things says no."""

    class Meta:
        unknown = "include"

    limits = fields.List(
        fields.Nested(PassedLimit),
        metadata={"description": "Type cap-exceeded: every limit that would be passed."},
    )


# ── Made of others ────────────────────────────────────────────────────────────────────────────


@cache
def page_of(schema: type[Schema]) -> type[Schema]:
    """A page of a list."""
    return Schema.from_dict(
        {"items": members.listed(schema, "The page.")}, name=f"{schema.__name__}Page"
    )


@cache
def dry_run_of(schema: type[Schema]) -> type[Schema]:
    """What a dry run says: nothing was written."""
    told = {
        "dry_run": fields.Boolean(required=True, validate=validate.Equal(True)),
        "resource": members.nested(schema),
        "balance": members.nested(Preview),
    }
    return Schema.from_dict(told, name=f"{schema.__name__}DryRun")
