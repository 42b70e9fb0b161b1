"""Why a received file finds no place of its own."""

from ledger.domain.refusals.kinds import Conflict


class Unmatched(Conflict):
    """A received invoice that no order can be found for: it waits in the queue for a person."""

    type = "unmatched"
    title = "The invoice matches no order"


class SupplierUnread(Unmatched):
    type = "supplier-unread"
    sentence = "The supplier's organisation number is missing or wrong in the invoice."


class NoOrderNamed(Unmatched):
    type = "no-order-named"
    sentence = "The invoice names no order (BT-13)."


class OrderUnknown(Unmatched):
    type = "order-unknown"
    sentence = "There is no order {order}."


class OrderAmbiguous(Unmatched):
    type = "order-ambiguous"
    sentence = "{reference} is the reference of several orders: {orders}."
