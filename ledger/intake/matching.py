"""Which order a received invoice belongs to: by what it names, never by its supplier alone."""

from ledger.documents.peppol_invoice import Invoice
from ledger.domain import order
from ledger.domain.refusals import NoOrderNamed, OrderAmbiguous, OrderUnknown
from ledger.intake.desk import Desk
from ledger.numbers import agreement_number, order_number
from ledger.projections import orders


def find_order(invoice: Invoice, desk: Desk) -> order.State:
    """By agreement number (BT-12) and order (BT-13), never by supplier alone."""
    if invoice.order is None:
        raise NoOrderNamed
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        number = order_number(desk, invoice.order, desk.organisation)
        found = orders.listed(connection, number=number, visible_to=desk.organisation)
        found = found or orders.listed(
            connection,
            reference=invoice.order,
            agreement=invoice.agreement
            and agreement_number(desk, invoice.agreement, desk.organisation),
            visible_to=desk.organisation,
        )
    if not found:
        raise OrderUnknown(order=invoice.order)
    if len(found) > 1:
        numbers = tuple(row.state.number for row in found)
        raise OrderAmbiguous(reference=invoice.order, orders=numbers)
    return found[0].state
