"""What is flagged of an order or an invoice as a sentence for people, with what to do about it."""

from ledger.domain.money import from_text
from ledger.domain.refusals import Amount
from ledger.wording import Sentence, words

_SAID: dict[str, Sentence] = {
    "accrual": words("What it pays for was delivered in {value}: it belongs to that year."),
    "advance": words("An advance: a final invoice is to take it back."),
    "advance-unclear": words(
        "It says that something was paid before, and not which advance: say which, or that it is "
        "none, when you approve."
    ),
    "agreement-differs": words("It names another agreement: {value}."),
    "below-use": words("The limit {value} was set below what is in use."),
    "buyer-differs": words("It is made out to another buyer of the agreement."),
    "claimed-beyond-support": words("More is claimed than the grant comes to: {value}."),
    "confirmed-after-closing": words("It was confirmed after the agreement was closed."),
    "confirmed-after-term": words("It was confirmed after the agreement's last day."),
    "credit-lines-differ": words("The credit's lines are not those of its invoice."),
    "credit-unmatched": words("The invoice that it credits is not here: {value}."),
    "exceeds-invoiced": words("It takes back more than was invoiced."),
    "exceeds-line": words("It goes beyond line {line} of {order} by {over}."),
    "exceeds-order": words("It is for more than what is left of the order."),
    "measure-changed": words("What the amendment is measured by has changed."),
    "not-eligible": words("The grant does not cover it: {value}."),
    "not-judged": words("Not judged against the grant: {value}."),
    "notice-missing": words("The notice of the amendment is missing."),
    "order-differs": words("It names another order: {value}."),
    "order-ended": words("The order had ended."),
    "order-line-unknown": words("It names a line that the order does not have: {value}."),
    "order-not-confirmed": words("The order was not confirmed."),
    "over-award": words("It goes beyond what the competition was awarded for."),
    "over-limit": words("It passes the limit {value}."),
    "over-threshold": words("The changes pass the threshold value."),
    "paid-beyond-claims": words("More is paid than was claimed: {value}."),
    "payee-differs": words("Somebody else than the supplier is to be paid: see the file."),
    "price-outside-range": words("Line {value} has a price that holds for other numbers."),
    "recorded-late": words("It was recorded long after its day."),
    "regime-unknown": words("Under which rules the agreement is, is not known."),
    "reopened": words("It was reopened."),
    "same-amount": words("The same supplier has another invoice with this amount: {value}"),
    "same-number": words("The same supplier has another invoice with this number: {value}"),
    "seats-outside-range": words("Line {value} is for other numbers of seats than its price."),
    "self-billed": words("It is self-billed: the buyer wrote it."),
    "ten-per-cent-or-more": words("The changes come to ten per cent or more."),
    "threshold-unknown": words("The threshold value is not known."),
}


def flag_sentence(flag: str, currency: str = "SEK") -> Sentence:
    """A flag in words; one that is not known here, as it was recorded."""
    head, _, value = flag.partition(":")
    said = _SAID.get(head)
    if said is None:
        return words("{value}", value=flag)
    if head == "exceeds-line":
        place, _, over = value.rpartition(":")
        order, _, line = place.rpartition("/")
        amount = Amount(from_text(over), currency)
        return words(said.template, order=order, line=line, over=amount)
    return words(said.template, value=value)
