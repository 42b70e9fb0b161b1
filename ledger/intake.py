"""Received files into drawdowns: match, record, or keep in a queue with the reason; never guess."""

import hashlib
from datetime import datetime
from typing import Literal

import msgspec

from ledger.documents import peppol_invoice
from ledger.documents.faults import DocumentFaults
from ledger.domain import drawdown, order
from ledger.domain.events import By, Source
from ledger.domain.refusals import DuplicateInvoice, Fault, Invalid, Refusal, Unavailable
from ledger.projections import Views, drawdowns, orders
from ledger.registry import Registry
from ledger.service import Service
from ledger.store import Request
from ledger.wording import sentence

FORMAT = "peppol-invoice"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a received file."""

    sha256: str
    status: Literal["recorded", "duplicate", "queued"]
    drawdown: str = ""
    reason: str = ""
    version: int = 0


class Unmatched(Exception):
    """Why an invoice cannot be matched, in words."""


def receive(
    content: bytes,
    by: By,
    service: Service,
    views: Views,
    registry: Registry,
    organisation: str | None,
    now: datetime | None = None,
) -> Receipt:
    """Take in an e-invoice or credit note. The same file twice is recorded once.

    `organisation` narrows the orders that can be matched to its own (None: all of the ledger's).
    Raises Invalid with every fault of a file that is no sound e-invoice; nothing is then kept.
    """
    try:
        invoice = peppol_invoice.read(content)
    except DocumentFaults as error:
        raise Invalid(
            *(Fault(pointer=f.place, sentence=f.message, figures=f.figures) for f in error.faults)
        ) from error
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        command = _match(invoice, views, organisation, sha256)
        request = Request(key=f"file:{sha256}", digest=sha256)
        outcome = service.execute(command, by, request, now)
    except DuplicateInvoice as error:
        return Receipt(
            sha256=sha256,
            status="duplicate",
            drawdown=str(error.figures["drawdown"]),
            reason=sentence(error),
        )
    except Unavailable:
        raise
    except (Refusal, Unmatched) as error:
        reason = sentence(error) if isinstance(error, Refusal) else str(error)
        registry.keep(content, FORMAT, "queued", reason, "")
        return Receipt(sha256=sha256, status="queued", reason=reason)
    assert isinstance(outcome.state, drawdown.State)
    registry.keep(content, FORMAT, "recorded", "", outcome.state.id)
    return Receipt(
        sha256=sha256,
        status="duplicate" if outcome.replayed else "recorded",
        drawdown=outcome.state.id,
        version=outcome.version,
    )


def _match(
    invoice: peppol_invoice.Invoice, views: Views, organisation: str | None, sha256: str
) -> drawdown.RecordDrawdown:
    """By agreement number (BT-12) and order (BT-13), never by supplier alone."""
    if invoice.supplier.organisation is None:
        raise Unmatched("the supplier's organisation number is missing or wrong")
    state = _find_order(invoice, views, organisation)
    if state.supplier != invoice.supplier.organisation:
        raise Unmatched(f"the invoice is not from {state.number}'s supplier")
    if invoice.agreement is not None and invoice.agreement != state.agreement:
        raise Unmatched(f"{state.number} is not under agreement {invoice.agreement}")
    return drawdown.RecordDrawdown(
        agreement=state.agreement,
        supplier=state.supplier,
        invoice=invoice.number,
        issued_on=invoice.issued_on,
        type=invoice.type,
        currency=invoice.currency,
        amount=invoice.amount,
        vat=invoice.vat,
        due_on=invoice.due_on,
        parts=_parts(invoice, state),
        credits=_credited(invoice, views, state),
        source=Source(format=FORMAT, sha256=sha256),
    )


def _find_order(
    invoice: peppol_invoice.Invoice, views: Views, organisation: str | None
) -> order.State:
    if invoice.order is None:
        raise Unmatched("the invoice names no order (BT-13)")
    views.catch_up()
    with views.database.reading() as connection:
        found = orders.listed(connection, number=invoice.order, party=organisation)
        found = found or orders.listed(
            connection, reference=invoice.order, agreement=invoice.agreement, party=organisation
        )
    if not found:
        raise Unmatched(f"there is no order {invoice.order}")
    if len(found) > 1:
        raise Unmatched(f"{invoice.order} is the reference of several orders")
    return found[0].state


def _parts(invoice: peppol_invoice.Invoice, state: order.State) -> tuple[drawdown.Part, ...]:
    """By line where every line names one of the order's (BT-132), else the amount as a whole."""
    numbers = {str(line.number): line.number for line in state.lines}
    named = [numbers.get(line.order_line or "") for line in invoice.lines]
    if invoice.allowances or None in named:
        return (drawdown.Part(order=state.number, amount=invoice.amount),)
    return tuple(
        drawdown.Part(order=state.number, amount=line.amount, line=number)
        for line, number in zip(invoice.lines, named, strict=True)
        if line.amount
    )


def _credited(invoice: peppol_invoice.Invoice, views: Views, state: order.State) -> str | None:
    """The drawdown that a credit refers to (BT-25), where it is recorded here."""
    if invoice.amount >= 0 or len(invoice.credits) != 1:
        return None
    reference = invoice.credits[0]
    with views.database.reading() as connection:
        found = drawdowns.listed(
            connection,
            agreement=state.agreement,
            supplier=state.supplier,
            invoice=reference.number,
        )
    same = [
        row.state
        for row in found
        if row.state.amount > 0
        and reference.issued_on in (None, row.state.issued_on)
        and row.state.status in ("approved", "reversed")
    ]
    return same[0].id if len(same) == 1 else None
