"""What an invoice or a credit is refused for; never for the cap's sake."""

from ledger.domain.refusals.kinds import Conflict, Forbidden


class DuplicateInvoice(Conflict):
    """The same supplier, invoice number, issue date and document type: one and the same invoice."""

    type = "duplicate-invoice"
    means = "The same supplier, invoice number, issue date and document type again."
    title = "The invoice is recorded already"
    sentence = (
        "Invoice {invoice} of {issued_on} from {supplier} is recorded already, as {drawdown}, "
        "which is {standing}."
    )


class InvoiceDiffers(Conflict):
    """The same identity with other figures is no duplicate, but a question for a person.

    `differs` names what is not the same, `because` says it in words, with the figures where the one
    who asks may know them.
    """

    type = "invoice-differs"
    means = "An invoice that is recorded comes again with other figures: somebody has to ask."
    title = "The same invoice with other figures"
    sentence = (
        "Invoice {invoice} of {issued_on} from {supplier} is recorded as {drawdown}, which is "
        "{standing}: the same number, but it differs in this. {because} Ask the supplier which is "
        "right; both cannot stand."
    )


class OwnApproval(Forbidden):
    """Four eyes: an approval is taken back by another approver."""

    type = "own-approval"
    means = "An approver takes back their own approval."
    title = "You approved it yourself"
    sentence = "You approved {drawdown} yourself: another approver takes that back."


class LaterStands(Conflict):
    """A later fact depends on it, and is named: it goes first."""

    type = "later-stands"
    means = "A later fact depends on what would be taken back or changed; it is named."
    title = "Something later stands on it"
    sentence = "{later} stands on {name}: take that back first."


class RecordedByAnother(Conflict):
    """Whoever recorded an invoice withdraws it; anybody else turns it down."""

    type = "recorded-by-another"
    means = "A drawdown would be withdrawn by another person than recorded it."
    title = "Somebody else recorded it"
    sentence = (
        "Somebody else recorded {drawdown}, and only they withdraw it; an approver may reject it."
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


class DatedAhead(Conflict):
    """A received invoice of a day to come waits in the queue, and is matched on its day."""

    type = "dated-ahead"
    means = "A received invoice is of a day to come: it waits in the queue and is matched then."
    title = "The invoice is dated ahead"
    sentence = "Invoice {invoice} is dated {issued_on}; today is {today}. It waits until that day."


class CreditTooLarge(Conflict):
    """Credits of an invoice take back at most its amount; figures in öre."""

    type = "credit-too-large"
    means = "A credit takes back more than its invoice has left to credit."
    title = "More than what is left to credit"
    sentence = "The credit is {asked}; of {drawdown}, {left} is left to credit."


class AdvanceDeducted(CreditTooLarge):
    """An advance is taken back once: final invoices have all of it."""

    type = "advance-deducted"
    means = "An advance is to be deducted of which other final invoices have left nothing."
    title = "The advance is deducted already"
    sentence = (
        "Nothing is left of advance {drawdown}: it is deducted by {finals}. Turn that down, or "
        "take its approval back, where this one is to deduct it."
    )


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


class AdvancesUnsaid(Conflict):
    """Something was paid before, and nobody said which advances that is; öre with VAT."""

    type = "advances-unsaid"
    means = "An invoice says that something was paid before, and it is not said which advances."
    title = "Say which advances it deducts"
    sentence = (
        "{drawdown} says that {prepaid} was paid before: say which advances it deducts, or that it "
        "deducts none (deducts: a list of drawdowns, or an empty one)."
    )


class CreditedAdvancesUnsaid(Conflict):
    """A credit repeats what was paid before otherwise than its invoices deduct it; öre with VAT."""

    type = "credited-advances-unsaid"
    means = "It is not said which advances stand that the invoice of a credit deducts."
    title = "Say which advances stand"
    sentence = (
        "{drawdown} says that {prepaid} was paid before. Say which of the advances that its "
        "invoice deducts, {advances}, stand all the same and may be deducted anew, or that none "
        "does and it takes them back too (deducts: a list of drawdowns, or an empty one)."
    )


class AdvanceAfterFinal(Conflict):
    """An advance that a final invoice has perhaps drawn already, whole; öre with VAT."""

    type = "advance-after-final"
    means = "An advance comes when a final invoice is approved that deducts none and may be its."
    title = "The final invoice came first"
    sentence = (
        "{final} says that {prepaid} was paid before, and was approved as deducting none of it. Is "
        "{drawdown} that advance, take the approval back and name it there; is it another one, say "
        "so (apart)."
    )


class AdvanceAfterOthers(Conflict):
    """The same where the final invoice is another buyer's, whose figures are not told."""

    type = "advance-after-others"
    means = "The same where the final invoice is another buyer's."
    title = "Another buyer's final invoice came first"
    sentence = (
        "A final invoice of another buyer says that {invoice} was paid before, and was approved as "
        "deducting none of it. Ask them to take that approval back, and to name {drawdown} there; "
        "is it another one, say so (apart)."
    )


class Replaced(Conflict):
    """Of an invoice and the corrected one in its place, one stands."""

    type = "replaced"
    means = "A corrected invoice stands in the place of this one."
    title = "A corrected invoice stands in its place"
    sentence = (
        "{later}, a corrected invoice, stands in the place of {invoice}: discard this one, or turn "
        "that down first. Assign it with a reason where both are to count."
    )


class OrderEnded(Conflict):
    """An order that has ended has no use for room."""

    type = "order-ended"
    means = "The room of a credit should go back to an order that has ended."
    title = "The order has ended"
    sentence = "{order} is {status}: room cannot go back to it, only to the cap."
