"""Which order a received invoice belongs to: by what it names, never by its supplier alone."""

from ledger.documents.peppol_invoice import Invoice
from ledger.domain import order
from ledger.domain.refusals import NoOrderNamed, OrderAmbiguous, OrderUnknown
from ledger.intake.desk import Desk
from ledger.numbers import agreement_number, order_number
from ledger.projections import orders


def find_order(invoice: Invoice, desk: Desk) -> order.State:
    """By order (BT-13) within the agreement (BT-12), never by supplier alone; where the document
    names none, by the first that a line names. Raises NoOrderNamed, OrderUnknown, OrderAmbiguous.
    """
    named = [invoice.order, *(line.order for line in invoice.lines)]
    first = next((name for name in named if name), None)
    if first is None:
        raise NoOrderNamed
    return order_named(first, invoice.agreement, desk)


def order_named(written: str, under: str | None, desk: Desk) -> order.State:
    """The order of a number or reference, where `under` says of which agreement. Raises
    OrderUnknown, OrderAmbiguous."""
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        number = order_number(desk, written, desk.organisation)
        found = orders.listed(connection, number=number, visible_to=desk.organisation)
        found = found or orders.listed(
            connection,
            reference=written,
            agreement=under and agreement_number(desk, under, desk.organisation),
            visible_to=desk.organisation,
        )
    if not found:
        raise OrderUnknown(order=written)
    if len(found) > 1:
        numbers = tuple(row.state.number for row in found)
        raise OrderAmbiguous(reference=written, orders=numbers)
    return found[0].state
