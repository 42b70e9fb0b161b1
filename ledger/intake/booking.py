"""From an invoice and its order to what is recorded: parts by line, what a credit takes back."""

from collections.abc import Iterator

from msgspec.structs import replace

from ledger.documents.peppol_invoice import Invoice
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import Source
from ledger.domain.refusals import (
    BuyerDiffers,
    BuyerUnread,
    NotAParty,
    NotFound,
    NotUnderAgreement,
    SupplierDiffers,
    SupplierUnread,
)
from ledger.intake.credits import credited
from ledger.intake.desk import Desk
from ledger.intake.likeness import unlike
from ledger.intake.lines import parted
from ledger.intake.matching import Reference, names_agreement, order_of
from ledger.projections import drawdowns
from ledger.registry import Document


def command_of(
    invoice: Invoice, state: order.State, desk: Desk, document: Document
) -> drawdown.RecordDrawdown:
    """Raises NotFound, NotAParty, BuyerUnread, BuyerDiffers, SupplierUnread, SupplierDiffers,
    NotUnderAgreement, OrderUnknown, OrderAmbiguous."""
    of: agreement.State = desk.service.load(agreement.stream(state.agreement))[1]
    _check_reader(state, of, desk)
    buyer = _buyer(invoice, of, desk)
    if invoice.supplier.organisation is None:
        raise SupplierUnread
    supplier = desk.registry.party(invoice.supplier.organisation)
    if state.supplier != supplier:
        raise SupplierDiffers(supplier=supplier, order=state.number, expected=state.supplier)
    if invoice.agreement and not names_agreement(invoice, state.agreement, desk):
        raise NotUnderAgreement(order=state.number, agreement=invoice.agreement)
    others = {
        name: order_of(Reference("line-order", name), invoice, desk).state
        for name in dict.fromkeys(line.order for line in invoice.lines)
        if name and name != invoice.order
    }
    parts, flags = parted(invoice, state, others)
    back = credited(invoice, state.supplier, desk, state.agreement)
    credits = tuple(one.id for one in back.found)
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
        parts=parts,
        credits=credits[0] if credits else None,
        also_credits=credits[1:],
        source=Source(format=document.format, sha256=document.sha256),
        unlike=unlike(invoice, document.sha256, supplier, desk),
        flags=(*flags, *back.flags, *_told(invoice, state, buyer, desk)),
    )
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        found = drawdowns.alike(connection, command.supplier, command.invoice, command.amount)
    return replace(command, alike=found)


def _check_reader(state: order.State, of: agreement.State, desk: Desk) -> None:
    """A buyer of the agreement takes its invoices in. Raises NotFound where it is not party at all,
    NotAParty where it is the university."""
    if desk.organisation is None:
        return
    buyers = [party.organisation for party in of.buyers]
    if desk.organisation in buyers:
        return
    if desk.organisation not in {party.organisation for party in of.suppliers}:
        raise NotFound(what="order", name=state.number)
    raise NotAParty(organisation=", ".join(buyers), name=state.number, acting=desk.organisation)


def _buyer(invoice: Invoice, of: agreement.State, desk: Desk) -> str:
    """Whom it is made out to, one of the agreement's buyers. Raises BuyerUnread, BuyerDiffers."""
    if invoice.buyer.organisation is None:
        raise BuyerUnread
    buyer = desk.registry.party(invoice.buyer.organisation)
    buyers = tuple(party.organisation for party in of.buyers)
    if buyer not in buyers:
        raise BuyerDiffers(buyer=buyer, agreement=of.number, expected=", ".join(buyers))
    return buyer


def _told(invoice: Invoice, state: order.State, buyer: str, desk: Desk) -> Iterator[str]:
    """What the file says that a person should see before the amount is approved."""
    if buyer != state.buyer:
        yield f"buyer-differs:{buyer}"
    if invoice.meaning == "self-billed":
        yield "self-billed"
    payee = invoice.payee
    if payee is not None and payee.organisation:
        yield f"payee-differs:{desk.registry.party(payee.organisation)}"
    elif payee is not None or invoice.meaning == "factored":
        yield "payee-differs"
