"""Why a received file finds no place of its own."""

from ledger.domain.refusals.kinds import Conflict


class Unmatched(Conflict):
    """A received invoice that no order can be found for: it waits in the queue for a person."""

    type = "unmatched"
    means = "A received invoice belongs to no order that is known; an answer says why."
    title = "The invoice matches no order"


class SupplierUnread(Unmatched):
    type = "supplier-unread"
    means = "The received invoice has no true organisation number of its supplier."
    sentence = "The supplier's organisation number is missing or wrong in the invoice."


class NoOrderNamed(Unmatched):
    type = "no-order-named"
    means = "The received invoice names no order (BT-13)."
    sentence = "The invoice names no order (BT-13)."


class OrderUnknown(Unmatched):
    type = "order-unknown"
    means = "The received invoice names an order that is not there."
    sentence = "There is no order {order}."


class OrderAmbiguous(Unmatched):
    type = "order-ambiguous"
    means = "The received invoice names several orders, or a reference that several carry."
    sentence = "{reference} names several orders: {orders}."
