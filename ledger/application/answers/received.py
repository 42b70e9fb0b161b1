"""What goes out of one received file: what is read of it, what came with it, what was found."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec.structs import replace

from ledger import registry
from ledger.application.answers.documents import DocumentWarning, QueuedDocument
from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    moment,
    nested,
    one_of,
    organisation,
    text,
    truth,
    whole,
)
from ledger.application.answers.terms import DIGEST, ORDER_NUMBER
from ledger.application.bodies.terms import ORDER
from ledger.bounds import MAX_PAGE
from ledger.documents.official import Checked
from ledger.documents.peppol_invoice import Invoice
from ledger.intake.candidates import WEIGHTS, Candidate
from ledger.intake.decided import Decided
from ledger.registry.checks import Kept
from ledger.registry.enclosed import Enclosed, Sent
from ledger.wording import say


class DocumentParty(Answer):
    """A party as the file says it; its number may be of any kind."""

    name: Annotated[str, text("Its name.")]
    number: Annotated[str, text("Its number as it is written; empty: none.", of="raw")]
    scheme: Annotated[str, text("What kind of number it is, as 0007 (Swedish), VAT; or empty.")]
    country: Annotated[str, text("Its country, or empty.")]


class DocumentLine(Answer):
    number: Annotated[str, text("Its number in the file.")]
    order: Annotated[str | None, text("The order that it names by itself.")]
    order_line: Annotated[str | None, text("The order's line that it names (BT-132).")]
    text: Annotated[str, text("What it is for.")]
    quantity: Annotated[str | None, text("How many, as written.")]
    unit_price: Annotated[str | None, text("For one of them.")]
    amount: Annotated[str, amount("Excl. VAT, as it counts for the buyer.")]


class DocumentRead(Answer):
    """What is read of an e-invoice. Amounts count as for the buyer: a credit's are negative."""

    number: Annotated[str, text("Its number.")]
    type: Annotated[str, text("Its type (UNCL1001), as 380 or 381.")]
    meaning: Annotated[str, text("corrected, prepayment, self-billed or factored; else empty.")]
    issued_on: Annotated[date, day("Its issue date.")]
    due_on: Annotated[date | None, day("When it is to be paid.")]
    currency: Annotated[str, text("ISO 4217.")]
    amount: Annotated[str, amount("Excl. VAT.")]
    vat: Annotated[str, amount("VAT.")]
    prepaid: Annotated[str, amount("Paid before, with VAT (BT-113).")]
    payable: Annotated[str, amount("To be paid, with VAT.")]
    supplier: Annotated[DocumentParty, nested()]
    buyer: Annotated[DocumentParty, nested()]
    payee: Annotated[DocumentParty | None, nested()]
    buyer_reference: Annotated[str | None, text("BT-10.")]
    agreement: Annotated[str | None, text("BT-12.")]
    order: Annotated[str | None, text("BT-13.")]
    sellers_order: Annotated[str | None, text("BT-14.")]
    credits: Annotated[
        list[str],
        listed("The invoices that it refers to (BT-25).", of=lambda one, _: _numbers(one)),
    ]
    notes: Annotated[list[str], listed("BT-22.")]
    lines: Annotated[
        list[DocumentLine],
        listed(f"Its lines, at most {MAX_PAGE} of them: see `after_line`."),
    ]
    line_count: Annotated[int, whole("How many lines it has.", of=lambda one, _: len(one.lines))]
    warnings: Annotated[list[DocumentWarning], listed("What is odd about it.")]


def _numbers(invoice: Invoice) -> list[str]:
    return [one.number for one in invoice.credits]


class DocumentAttachment(Answer):
    sha256: Annotated[str, text("The SHA-256 of its bytes.", DIGEST, of="digest")]
    bytes: Annotated[int, whole("How many.")]
    name: Annotated[str, text("What the sender calls it.")]
    media_type: Annotated[str, text("Its kind, as the sender says it.")]
    reference: Annotated[str, text("Its number (BT-122).")]
    description: Annotated[str, text("What it is (BT-123).")]


class DocumentEnvelope(Answer):
    """The envelope of access points that it came in; empty where that does not say."""

    sender: Annotated[str, text("Who sent it, as 0007:2021004524.")]
    receiver: Annotated[str, text("To whom.")]
    message: Annotated[str, text("In which message.")]
    created_at: Annotated[str, text("When the message was made, as written.")]


class CandidateReason(Answer):
    code: Annotated[str, one_of("What speaks for it.", tuple(WEIGHTS))]
    detail: Annotated[
        str, text("The same with the figures.", of=lambda one, at: say(one.told, at.language))
    ]


class CandidateOrder(Answer):
    """An order that the file may belong to."""

    order: Annotated[str, text("Its number.", f"^{ORDER_NUMBER}$", of="order.number")]
    agreement: Annotated[str, text("Its agreement.", of="order.agreement")]
    course: Annotated[str, text("Which course.", of="order.course")]
    status: Annotated[str, one_of("How far it has come.", ORDER, of="order.status")]
    supplier: Annotated[str, organisation("Who gives it.", of="order.supplier")]
    left: Annotated[str, amount("What is left to invoice of it.")]
    reasons: Annotated[list[CandidateReason], listed("What speaks for it.")]


class FileDecision(Answer):
    """What a person made of the file while it waited, as the log has it."""

    what: Annotated[
        str,
        one_of("discarded: out of the queue; returned: into it again.", ("discarded", "returned")),
    ]
    person: Annotated[str, text("Who, by opaque id.")]
    organisation: Annotated[str, text("For which organisation; empty: at the server.")]
    at: Annotated[datetime, moment("When it was recorded.")]
    reason: Annotated[str, text("Why it was discarded.")]
    own: Annotated[
        str, text("The organisation out of whose queue alone it was taken; empty: all queues.")
    ]


class ReceivedDocument(QueuedDocument):
    """A received file, whatever became of it."""

    status: Annotated[
        str, one_of("What became of it.", ("recorded", "duplicate", "queued", "discarded"))
    ]
    drawdown: Annotated[str, text("The drawdown that it became; else empty.")]
    freed: Annotated[
        bool,
        truth("Whether its drawdown was turned down or withdrawn: it can be taken up again."),
    ]
    decided_by: Annotated[str, text("Who discarded it, by opaque id; else empty.")]
    decided_at: Annotated[str, text("When they did, a moment (RFC 3339); else empty.")]
    decisions: Annotated[
        list[FileDecision],
        listed("Who discarded it and who let it wait again, in order, whatever became of it."),
    ]
    read: Annotated[DocumentRead | None, nested()]
    envelope: Annotated[DocumentEnvelope | None, nested()]
    attachments: Annotated[list[DocumentAttachment], listed("What is enclosed.")]
    candidates: Annotated[
        list[CandidateOrder],
        listed("While it can be assigned: where it may belong, the likeliest first."),
    ]


def document_answer(
    document: registry.Document,
    invoice: Invoice | None,
    candidates: Sequence[Candidate],
    attachments: Sequence[Enclosed],
    envelope: Sent | None,
    decisions: Sequence[Decided],
    language: str,
    *,
    name: str,
    freed: bool,
    lines: slice,
) -> ReceivedDocument:
    """What is kept of a file, and what is read of it, with some of its lines; None: nothing can be
    read."""
    kept = msgspec.structs.asdict(document)
    row = {**kept, "figures": msgspec.json.decode(document.figures)}
    told = made(
        ReceivedDocument,
        {
            **row,
            "invoice": invoice and invoice.number,
            "supplier": invoice and (invoice.supplier.name or invoice.supplier.raw),
            "amount": invoice and invoice.amount,
            "currency": invoice and invoice.currency,
            "due_on": invoice and invoice.due_on and invoice.due_on.isoformat(),
            "read": invoice and replace(invoice, lines=invoice.lines[lines]),
            "envelope": envelope,
            "attachments": attachments,
            "candidates": candidates,
            "decisions": decisions,
            "freed": freed,
            "name": name,
        },
        At(language),
    )
    if told.read is None or invoice is None:
        return told
    return replace(told, read=replace(told.read, line_count=len(invoice.lines)))


# ── The official rules ────────────────────────────────────────────────────────────────────────


class RuleFinding(Answer):
    rule: Annotated[str, text("The rule, as BR-CO-15.")]
    flag: Annotated[str, one_of("fatal: it is not valid.", ("fatal", "warning"))]
    place: Annotated[str, text("Where in the file.")]
    line: Annotated[int, whole("The file's line; 0: not known.")]
    text: Annotated[str, text("What the rule says.")]


class DocumentCheck(Answer):
    """What the official rules found in a file when it was checked last."""

    release: Annotated[str, text("The release of the rules.")]
    checked_at: Annotated[str, text("When.", format="date-time")]
    valid: Annotated[bool, truth("Whether every rule was asked, and none is broken.")]
    in_force: Annotated[bool, truth("Whether the release is that of the invoice's day.")]
    findings: Annotated[list[RuleFinding], listed("All that was found.")]


def check_answer(kept: Kept) -> DocumentCheck:
    outcome = msgspec.json.decode(kept.outcome, type=Checked)
    return DocumentCheck(
        release=kept.release,
        checked_at=kept.checked_at,
        valid=outcome.is_valid,
        in_force=outcome.in_force,
        findings=[made(RuleFinding, one) for one in outcome.findings],
    )
