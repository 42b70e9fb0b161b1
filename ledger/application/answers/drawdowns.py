"""What goes out of drawdowns."""

from datetime import date
from typing import Annotated, Any, ClassVar, get_args

from msgspec.structs import replace

from ledger.application.answers.actions import Resource
from ledger.application.answers.funding import JudgedPart
from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    amount,
    day,
    flags,
    listed,
    nested,
    one_of,
    organisation,
    text,
    whole,
)
from ledger.application.answers.terms import DIGEST, DRAWDOWN_ID, ORDER_NUMBER
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import DRAWDOWN, NUMBER, ROOMS
from ledger.domain import drawdown
from ledger.domain.events import MatchedBy


class CarriedShare(Answer):
    organisation: Annotated[str, organisation("Who carries it.")]
    amount: Annotated[str, amount("Negative on a credit.")]


class DrawdownPart(Answer):
    order: Annotated[str, text("The order that it draws.", f"^{ORDER_NUMBER}$")]
    line: Annotated[int, whole("The order's line.", 1)]
    amount: Annotated[str, amount("Negative on a credit.")]
    shares: Annotated[
        list[CarriedShare], listed("Who carries it, as stored; the buyer where none does.")
    ]
    funding: Annotated[
        list[JudgedPart],
        listed("What funding covers of it, as stored; none where nothing was judged.", of="funded"),
    ]
    code_string: Annotated[str, text("How it is booked, as it was approved; empty: not coded.")]


class NetPart(Answer):
    """What is drawn of one line of an order, when all is counted."""

    order: Annotated[str, text("The order.", f"^{ORDER_NUMBER}$")]
    line: Annotated[int, whole("The order's line.", 1)]
    amount: Annotated[str, amount("Negative where more is taken back.")]


class MemberRecharge(Answer):
    member: Annotated[str, organisation("Who paid its share back.")]
    amount: Annotated[str, amount("How much.")]
    reference: Annotated[str, text("The recharge's own reference.")]
    recharged_on: Annotated[date, day("When.", of="on")]
    given_back: Annotated[str, amount("What of it the member has had back again.")]


class SourceFile(Answer):
    """The received file that the record was made from."""

    format: Annotated[str, text("Its format.")]
    sha256: Annotated[str, text("Its SHA-256.", DIGEST)]
    name: Annotated[
        str,
        text(
            "What it was called when it came; empty: not said, or not asked for by itself.",
            of=lambda *_: "",
        ),
    ]
    address: Annotated[
        str,
        text(
            "Where its organisation reads it, with its attachments.",
            of=lambda source, _: f"/api/v1/documents/{source.sha256}",
        ),
    ]


class Deduction(Answer):
    """What a final invoice takes back of an advance, or a credit lets stand of it."""

    drawdown: Annotated[str, text("The advance.", f"^{DRAWDOWN_ID}$")]
    amount: Annotated[str, amount("Excl. VAT; negative on a credit: so much stands again.")]


class DeductedBy(Answer):
    """What a final invoice took back of an advance, or a credit of one lets stand of it."""

    drawdown: Annotated[
        str, text("The final invoice, or its credit.", f"^{DRAWDOWN_ID}$", of="final")
    ]
    amount: Annotated[str, amount("Excl. VAT; negative by a credit: so much stands again.")]


class Matched(Answer):
    """Why a received invoice is taken to belong to its orders."""

    by: Annotated[str, one_of("By what.", get_args(MatchedBy))]
    value: Annotated[str, text("How that is written there; where a person said so, why.")]


class TakenOf(Answer):
    """What a credit of several invoices takes back of one of them."""

    drawdown: Annotated[str, text("The invoice.", f"^{DRAWDOWN_ID}$")]
    amount: Annotated[str, amount("How much of it, positive whichever way the invoice counts.")]


def _net(state: drawdown.State, _: At) -> list[dict[str, Any]]:
    found: dict[tuple[str, int], int] = {}
    for part in state.drawing:
        place = part.order, part.line
        found[place] = found.get(place, 0) + part.amount
    return [{"order": name, "line": line, "amount": ore} for (name, line), ore in found.items()]


class Drawdown(Resource):
    """An invoice or a credit as it is now."""

    leading: ClassVar[tuple[str, ...]] = (
        *("invoice", "supplier", "agreement", "status", "issued_on", "due_on"),
        *("amount", "vat", "lines"),
    )
    row_of: ClassVar[str] = "lines"

    id: Annotated[
        str,
        text("Supplier, invoice number, issue date and type; anew, a number.", f"^{DRAWDOWN_ID}$"),
    ]
    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$")]
    status: Annotated[str, one_of("How far it has come.", DRAWDOWN)]
    supplier: Annotated[str, organisation("Who sent it.")]
    buyer: Annotated[str, organisation("Who pays it.")]
    invoice: Annotated[str, text("Its number.", head="invoice number")]
    type: Annotated[
        str, text("380 invoice, 381 credit note, or another code of UNCL1001.", "^[0-9]{1,3}$")
    ]
    issued_on: Annotated[date, day("Its issue date, from which it counts.")]
    due_on: Annotated[date | None, day("When it is to be paid.")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    amount: Annotated[str, amount("Excl. VAT; negative on a credit.")]
    vat: Annotated[str | None, amount("VAT, beside the amount.")]
    lines: Annotated[
        list[DrawdownPart], listed("Which orders and lines it draws.", of="allocations")
    ]
    credits: Annotated[str | None, text("The drawdown that a credit takes back.", head="credit of")]
    also_credits: Annotated[
        list[str],
        listed("Further ones that it takes back.", of=lambda state, _: list(state.credits_of[1:])),
    ]
    taken: Annotated[
        list[TakenOf],
        listed("How much a credit of several invoices takes back of each; of one: all of it."),
    ]
    awaited: Annotated[list[str], listed("The credits of it that came, decided or not.")]
    anew_of: Annotated[
        str | None, text("The first of the same invoice, which was rejected or withdrawn.")
    ]
    anew: Annotated[
        list[str], listed("Those of the same invoice that came after this was turned down.")
    ]
    credited: Annotated[str, amount("How much of it credits took back.")]
    recharges: Annotated[
        list[MemberRecharge], listed("What the buyer took back: no second drawdown.")
    ]
    room: Annotated[str | None, one_of("Where the room of a credit goes.", ROOMS)]
    text: Annotated[str, text("What it is for.")]
    source: Annotated[SourceFile | None, nested()]
    prepaid: Annotated[str | None, amount("What was paid before, with VAT (BT-113).")]
    rounding: Annotated[str | None, amount("Rounding of what is to be paid (BT-114).")]
    deducts: Annotated[
        list[Deduction], listed("The advances that it takes back, or a credit lets stand.")
    ]
    draws: Annotated[
        list[NetPart],
        listed(
            "What it draws of each line less the advances that it takes back, or with those that "
            "it lets stand.",
            of=_net,
        ),
    ]
    deducted: Annotated[list[DeductedBy], listed("What final invoices took back of an advance.")]
    match: Annotated[Matched | None, nested()]
    flags: Annotated[list[str], flags()]
    recorded_by: Annotated[str, text("Opaque id of the person who recorded it.")]
    decided_by: Annotated[
        str | None,
        text(
            "Opaque id of the person who approved or rejected it.",
            of=lambda state, _: state.decided_by or None,
        ),
    ]
    right: Annotated[int | None, whole("The attest right that it was approved under.", 1)]
    deputy_for: Annotated[str | None, text("Whose right it is, where not the approver's own.")]
    decided_on: Annotated[date | None, day("When it was approved or rejected.")]
    reason: Annotated[str, text("The approver's note, or why it was rejected.")]


def drawdown_answer(state: drawdown.State, file: str = "") -> Drawdown:
    """`file` is what the file that it was recorded from was called."""
    found = made(Drawdown, state)
    if not file or found.source is None:
        return found
    return replace(found, source=replace(found.source, name=file))
