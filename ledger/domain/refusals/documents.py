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


class BuyerUnread(Unmatched):
    type = "buyer-unread"
    means = "The received invoice has no true organisation number of its buyer."
    sentence = "The buyer's organisation number is missing or wrong in the invoice."


class BuyerDiffers(Unmatched):
    """Nobody may book what is made out to somebody else: it is made out anew."""

    type = "buyer-differs"
    means = "The received invoice is made out to none of the agreement's buyers."
    sentence = (
        "The invoice is made out to {buyer}, and the buyers under {agreement} are {expected}: ask "
        "the supplier to make it out anew."
    )


class CreditedUnknown(Unmatched):
    type = "credited-unknown"
    means = "The received credit names no order, and no invoice that is recorded here."
    sentence = (
        "The credit names no order, and the invoice that it takes back ({invoices}) is not "
        "recorded here: it is looked for again when that comes."
    )


class ReplaceOrDifference(Unmatched):
    """A corrected invoice (384) does not say which: a person asks the supplier."""

    type = "replace-or-difference"
    means = "A corrected invoice waits for a person to say whether it replaces the first one."
    title = "Does it replace the first invoice?"
    sentence = (
        "{invoice} is a corrected invoice (384), of the first invoice {invoices}. Does it replace "
        "that, or is it the difference to it?"
    )


class FirstStands(Unmatched):
    """Of an invoice and the one that replaces it, one stands."""

    type = "first-stands"
    means = "A corrected invoice would replace one that still counts."
    title = "The first invoice stands"
    sentence = (
        "{invoice} replaces {later}, which stands: turn that down, withdraw it or credit it first."
    )


class NoOrderNamed(Unmatched):
    type = "no-order-named"
    means = "The received invoice names no order (BT-13)."
    sentence = "The invoice names no order (BT-13)."


class LineUnnamed(Unmatched):
    """Which of the orders it belongs to, the file does not say."""

    type = "line-unnamed"
    means = "A line of the received invoice names no order, and its other lines name several."
    title = "A line names no order"
    sentence = (
        "Line {line} of the invoice names no order, and neither does the invoice itself; its other "
        "lines name several: {orders}."
    )


class OrderUnknown(Unmatched):
    type = "order-unknown"
    means = "The received invoice names an order that is not there."
    sentence = "There is no order {order}."


class OrderAmbiguous(Unmatched):
    type = "order-ambiguous"
    means = "The received invoice names several orders, or a reference that several carry."
    sentence = "{reference} names several orders: {orders}."
