"""What the flags of orders, invoices and amendments mean to people."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from ledger.domain.money import from_text
from ledger.domain.refusals import Amount
from ledger.wording import Sentence, say, translate, words

FLAGS = {
    "opening-balance": words("an opening balance: invoiced before it was taken in here"),
    "exceeds-order": words("exceeds its order"),
    "recorded-late": words("recorded late"),
    "exceeds-invoiced": words("credits more than was invoiced"),
    "order-not-confirmed": words("its order is not confirmed"),
    "order-ended": words("its order has ended"),
    "begun-before-order": words("ordered after the course had begun"),
    "below-minimum-seats": words("fewer seats than the least"),
    "confirmed-after-term": words("confirmed after the term"),
    "confirmed-after-closing": words("confirmed after the agreement was closed"),
    "regime-unknown": words("judged by the lower threshold, since the regime is unknown"),
    "threshold-unknown": words("judged by the threshold of another year than the award's"),
    "measure-changed": words("changes what amendments are measured by"),
    "notice-missing": words("has no public notice"),
    "ten-per-cent-or-more": words("10 % of the value or more, as not substantial"),
    "over-threshold": words("takes the value to the threshold or over it"),
    "same-number": words("another invoice has the same number"),
    "same-amount": words("another invoice of the supplier has the same amount"),
    "credit-lines-differ": words("its lines are not those that its invoice drew"),
    "supplier-unread": words("has no readable number of its supplier"),
    "buyer-unread": words("has no readable number of its buyer"),
    "advance": words("an advance, which the final invoice takes back"),
    "advance-after": words(
        "may be what a final invoice of another buyer deducts, which was approved before it came"
    ),
    "vat": words("its VAT cannot be right for its amount"),
    "self-billed": words("written by the buyer itself"),
    "payee-differs": words("to be paid to somebody else than the supplier"),
    "payee-unnamed": words("factored, and does not say who is to be paid"),
}
"""Codes that do not say themselves what they mean to people."""
ABOUT = {
    "over-limit": words("passes the limit {about}"),
    "below-use": words("the limit {about} is less than what is in use"),
    "exceeds-line": words("exceeds line {about} by {amount}"),
    "not-eligible": words("not all of it is eligible for {about}"),
    "claimed-beyond-support": words("more is claimed of {about} than it supports so far"),
    "claimed-again": words("the reference {about} is claimed already"),
    "paid-again": words("a payment has the reference {about} already"),
    "paid-beyond-claims": words("more is paid by {about} than is claimed"),
    "accrual": words("delivered in {about}"),
    "same-number": words("has the same number as {about}"),
    "same-amount": words("has the same supplier and amount as {about}"),
    "order-line-unknown": words("names a line {about} that its order lacks"),
    "credit-before-invoice": words("dated before the invoice that it credits, {about}"),
    "due-date": words("to be paid on {about}, in a year that cannot be"),
    "credit-unmatched": words("the invoice {about} that it credits is not here"),
    "credit-elsewhere": words("the invoice {about} that it credits too is of another agreement"),
    "credit-ambiguous": words("several invoices have the number {about} that it credits"),
    "credit-spelt": words("spells the number of the invoice that it credits {about}"),
    "credit-beyond": words("more than is left to credit of invoice {about}"),
    "issued-before-order": words("dated before its order, which is of {about}"),
    "order-among": words("names several orders, {about}"),
    "advance-unclear": words(
        "{about} incl. VAT was paid before, and it is not sure which advances that is"
    ),
    "advance-named": words(
        "names {about} as paid before, which could not be deducted when it came"
    ),
    "advance-after": words("may be what {about} deducts, which was approved before it came"),
    "replaced-by": words("{about} is in its place"),
    "supplier-differs": words("sent by {about}, another supplier than its order's"),
    "agreement-differs": words("names another agreement, {about}"),
    "order-differs": words("names another order, {about}"),
    "order-unknown": words("its order reference {about} names no order here"),
    "difference-to": words("the difference to invoice {about}"),
    "final-of": words("the final invoice of the advance {about}"),
    "replaces": words("in the place of invoice {about}"),
    "buyer-differs": words("made out to {about}, another buyer of the agreement"),
    "payee-differs": words("to be paid to {about} and not to the supplier"),
    "price-outside-range": words("the price a head of line {about} is outside its range"),
    "seats-outside-range": words("the price of line {about} is for other seats"),
}
"""Flags that name what they are about after a colon."""


def flag_words(flags: Iterable[str], currency: str, language: str) -> str:
    """What an order or invoice is flagged for; a soft limit that it passes is named."""
    return ", ".join(flag_word(flag, currency, language) for flag in flags)


def flag_word(flag: str, currency: str, language: str) -> str:
    said = _flag(flag, currency)
    return translate(flag.replace("-", " "), language) if said is None else say(said, language)


def _flag(flag: str, currency: str) -> Sentence | None:
    """None for a flag that says itself what it means."""
    code, _, about = flag.partition(":")
    if code == "exceeds-line":
        line, _, amount = about.partition(":")
        figures = {"about": line, "amount": Amount(from_text(amount), currency)}
        return replace(ABOUT[code], figures=figures)
    if about and code == "advance-unclear":
        return replace(ABOUT[code], figures={"about": Amount(from_text(about), currency)})
    if about and code in ABOUT:
        return replace(ABOUT[code], figures={"about": about})
    return FLAGS.get(flag)
