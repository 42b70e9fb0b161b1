"""From an invoice and its order to what is recorded: parts by line, what a credit takes back."""

from msgspec.structs import replace

from ledger.documents.peppol_invoice import Invoice
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import Source
from ledger.domain.refusals import (
    NotAParty,
    NotFound,
    NotUnderAgreement,
    SupplierDiffers,
    SupplierUnread,
)
from ledger.intake.desk import Desk
from ledger.intake.matching import names_agreement
from ledger.projections import Views, drawdowns
from ledger.registry import Document


def command_of(
    invoice: Invoice, state: order.State, desk: Desk, document: Document
) -> drawdown.RecordDrawdown:
    """Raises NotFound, NotAParty, SupplierUnread, SupplierDiffers, NotUnderAgreement."""
    _check_buyer(state, desk)
    if invoice.supplier.organisation is None:
        raise SupplierUnread
    supplier = desk.registry.party(invoice.supplier.organisation)
    if state.supplier != supplier:
        raise SupplierDiffers(supplier=supplier, order=state.number, expected=state.supplier)
    if invoice.agreement and not names_agreement(invoice, state.agreement, desk):
        raise NotUnderAgreement(order=state.number, agreement=invoice.agreement)
    command = drawdown.RecordDrawdown(
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
        credits=_credited(invoice, desk.views, state),
        source=Source(format=document.format, sha256=document.sha256),
    )
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        found = drawdowns.alike(connection, command.supplier, command.invoice, command.amount)
    return replace(command, alike=found)


def _check_buyer(state: order.State, desk: Desk) -> None:
    """A buyer of the agreement takes its invoices in. Raises NotFound where it is not party at all,
    NotAParty where it is the university."""
    if desk.organisation is None:
        return
    of: agreement.State = desk.service.load(agreement.stream(state.agreement))[1]
    buyers = [party.organisation for party in of.buyers]
    if desk.organisation in buyers:
        return
    if desk.organisation not in {party.organisation for party in of.suppliers}:
        raise NotFound(what="order", name=state.number)
    raise NotAParty(organisation=", ".join(buyers), name=state.number, acting=desk.organisation)


def _parts(invoice: Invoice, state: order.State) -> tuple[drawdown.Part, ...]:
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


def _credited(invoice: Invoice, views: Views, state: order.State) -> str | None:
    """The drawdown that a credit refers to (BT-25), where it is recorded here."""
    if invoice.amount >= 0 or len(invoice.credits) != 1:
        return None
    reference = invoice.credits[0]
    views.catch_up()
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
