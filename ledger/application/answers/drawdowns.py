"""What goes out of drawdowns."""

from marshmallow import Schema

from ledger.application.answers import members
from ledger.application.answers.funding import JudgedPart
from ledger.application.answers.terms import DIGEST, DRAWDOWN_ID, ORDER_NUMBER
from ledger.application.bodies import (
    DRAWDOWN,
    NUMBER,
    ROOMS,
    TYPES,
)
from ledger.application.bodies.fields import CURRENCY


class CarriedShare(Schema):
    organisation = members.organisation("Who carries it.")
    amount = members.amount("Negative on a credit.")


class DrawdownPart(Schema):
    order = members.text("The order that it draws.", f"^{ORDER_NUMBER}$")
    line = members.whole("The order's line.", 1)
    amount = members.amount("Negative on a credit.")
    shares = members.listed(CarriedShare, "Who carries it, as stored; the buyer where none does.")
    funding = members.listed(
        JudgedPart, "What funding covers of it, as stored; none where nothing was judged."
    )
    code_string = members.text("How it is booked, as it was approved; empty: not coded.")


class MemberRecharge(Schema):
    member = members.organisation("Who paid its share back.")
    amount = members.amount("How much.")
    reference = members.text("The recharge's own reference.")
    recharged_on = members.day("When.")
    given_back = members.amount("What of it the member has had back again.")


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
    invoice = members.text("Its number.", head="invoice number")
    type = members.one_of("380 invoice, 381 credit note.", TYPES)
    issued_on = members.day("Its issue date, from which it counts.")
    due_on = members.day("When it is to be paid.", null=True)
    currency = members.text("ISO 4217.", CURRENCY)
    amount = members.amount("Excl. VAT; negative on a credit.")
    vat = members.amount("VAT, beside the amount.", null=True)
    lines = members.listed(DrawdownPart, "Which orders and lines it draws.")
    credits = members.text("The drawdown that a credit takes back.", null=True, head="credit of")
    credited = members.amount("How much of it credits took back.")
    recharges = members.listed(MemberRecharge, "What the buyer took back: no second drawdown.")
    room = members.one_of("Where the room of a credit goes.", ROOMS, null=True)
    text = members.text("What it is for.")
    source = members.nested(SourceFile, null=True)
    flags = members.flags()
    recorded_by = members.text("Opaque id of the person who recorded it.")
    decided_by = members.text("Opaque id of the person who approved or rejected it.", null=True)
    right = members.whole("The attest right that it was approved under.", 1, null=True)
    deputy_for = members.text("Whose right it is, where not the approver's own.", null=True)
    decided_on = members.day("When it was approved or rejected.", null=True)
    reason = members.text("The approver's note, or why it was rejected.")
