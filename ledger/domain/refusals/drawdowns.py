"""What an invoice or a credit is refused for; never for the cap's sake."""

from ledger.domain.refusals.kinds import Conflict


class DuplicateInvoice(Conflict):
    """The same supplier, invoice number, issue date and document type: one and the same invoice."""

    type = "duplicate-invoice"
    means = "The same supplier, invoice number, issue date and document type again."
    title = "The invoice is recorded already"
    sentence = (
        "Invoice {invoice} of {issued_on} from {supplier} is recorded already, as {drawdown} "
        "({status})."
    )


class RechargeTooLarge(Conflict):
    """A recharge takes back at most what the member carries of the invoice; figures in öre."""

    type = "recharge-too-large"
    means = "A recharge takes back more than the member carries of the invoice."
    title = "More than the member's share"
    sentence = "{member} carries {left} more of {drawdown}; {asked} cannot be recharged."


class RechargeReversalTooLarge(Conflict):
    """No more of a recharge is given back than was recharged; figures in öre."""

    type = "recharge-reversal-too-large"
    means = "More of a recharge would be given back than is left of it."
    title = "More than was recharged"
    sentence = (
        "Of the recharge {reference} of {drawdown}, {left} is left; {asked} cannot be given back."
    )


class CurrencyDiffers(Conflict):
    """An agreement has one currency, and nothing is converted."""

    type = "currency-differs"
    means = "The invoice is not in the agreement's currency."
    title = "Another currency"
    sentence = "The invoice is in {currency}; {agreement} is in {expected}."


class NotUnderAgreement(Conflict):
    """An invoice draws orders of one agreement."""

    type = "not-under-agreement"
    means = "The invoice names an order of another agreement."
    title = "Not an order of this agreement"
    sentence = "{order} is not an order under {agreement}."


class SupplierDiffers(Conflict):
    """An invoice draws orders placed with its own supplier."""

    type = "supplier-differs"
    means = "The invoice names an order placed with another supplier."
    title = "Another supplier"
    sentence = "The invoice is from {supplier}; {order} was placed with {expected}."


class CreditTooLarge(Conflict):
    """Credits of an invoice take back at most its amount; figures in öre."""

    type = "credit-too-large"
    means = "A credit takes back more than its invoice has left to credit."
    title = "More than what is left to credit"
    sentence = "The credit is {asked}; of {drawdown}, {left} is left to credit."


class JudgedAlready(Conflict):
    """An invoice is judged again where that changes something."""

    type = "judged-already"
    means = "An invoice would be judged again, and its funding reads as when it was judged."
    title = "Nothing to judge again"
    sentence = "{drawdown} is judged as its funding reads now: nothing of it would change."


class RoomNotChosen(Conflict):
    """The approver of a credit says where its room goes: nobody guesses it."""

    type = "room-not-chosen"
    means = "A credit is approved without saying where its room goes."
    title = "Say where the room goes"
    sentence = (
        "{drawdown} is a credit: say whether its room goes back to the cap or back to the order "
        "(room: cap or order)."
    )


class OrderEnded(Conflict):
    """An order that has ended has no use for room."""

    type = "order-ended"
    means = "The room of a credit should go back to an order that has ended."
    title = "The order has ended"
    sentence = "{order} is {status}: room cannot go back to it, only to the cap."
