"""Prepayments, and the final invoices that deduct them: what is sure, and what is asked."""

import re
from itertools import chain
from typing import NamedTuple

from ledger.documents.peppol_invoice import Invoice
from ledger.domain import drawdown
from ledger.domain.drawdown.advances import gross_left
from ledger.domain.drawdown.flags import ROUNDED
from ledger.domain.money import to_text
from ledger.intake.desk import Desk
from ledger.projections import drawdowns

_NAMED = re.compile(
    r"\bf[öo]rskott|\bf[öo]rhandsbetal|\b[aàá][ -]?(?:c|k|ck)onto|\bprepayment\b"
    r"|\badvance (?:payment|invoice)\b",
    re.I,
)
_TAKEN_BACK = re.compile(
    r"\bslut|\bavräkn|\bavgår|\bavdrag|\bminus\b|\befter\b|\bfinal\b|\bless\b", re.I
)
"""What is said of an invoice that comes after an advance."""


class Deducted(NamedTuple):
    """The advances that an invoice surely takes back, and what is flagged."""

    advances: tuple[str, ...]
    flags: tuple[str, ...]


def is_advance(invoice: Invoice) -> bool:
    """Whether it is a prepayment (386), or one that is named so in all of its lines."""
    if invoice.meaning == "prepayment":
        return True
    if invoice.amount <= 0 or invoice.prepaid:
        return False
    lines = [line for line in invoice.lines if line.amount]
    said = [" ".join((x.text, *x.more)) for x in lines]
    return bool(said) and all(_NAMED.search(x) and not _TAKEN_BACK.search(x) for x in said)


def deducted(
    invoice: Invoice, supplier: str, under: str, orders: tuple[str, ...], desk: Desk
) -> Deducted:
    """What was paid before (BT-113) is sure where the invoice names the advances (BG-3), each is
    here, and together they cover it; where others have used some of them up, come to just that; or
    where one advance of its orders does, but for what is rounded to whole kronor; else a person is
    asked. An invoice of nothing, whose own lines deduct what it names, is told to be the last of
    those. Of a credit nothing: it takes back what its invoices drew. What is named and not here is
    flagged by its number: when it comes, it is known by that.
    """
    if not invoice.prepaid and invoice.amount == 0 and invoice.credits:
        found = dict.fromkeys(chain(*_here(invoice, supplier, under, desk)))
        some = (one for one in found if one.left_to_credit > 0)
        return Deducted((), tuple(f"final-of:{one.invoice}" for one in some))
    if not invoice.prepaid:
        return Deducted((), ())
    if invoice.amount < 0:  # what a credit repeats, its invoices tell
        return Deducted((), ())
    unclear = (f"{drawdown.UNCLEAR}:{to_text(invoice.prepaid)}",)
    if invoice.prepaid < 0:
        return Deducted((), unclear)
    here = _here(invoice, supplier, under, desk)
    named = [[one for one in some if one.left_to_credit > 0] for some in here]
    with desk.views.database.reading() as connection:
        mine = [row.state for name in orders for row in drawdowns.listed(connection, order=name)]
    advances = dict.fromkeys(chain(*named))
    over = sum(map(gross_left, advances)) - invoice.prepaid
    if over >= -ROUNDED and (all(named) or (advances and all(here) and over <= ROUNDED)):
        return Deducted(tuple(one.id for one in advances), ())
    same = {
        one.id
        for one in mine
        if one.is_advance
        and one.supplier == supplier
        and one.status in ("recorded", "approved")
        and abs(gross_left(one) - invoice.prepaid) <= ROUNDED
    }
    if not invoice.credits and len(same) == 1:
        return Deducted(tuple(same), ())
    absent = [one.number for one, there in zip(invoice.credits, named, strict=True) if not there]
    return Deducted((), (*unclear, *(f"{drawdown.NAMED}:{number}" for number in absent)))


def _here(invoice: Invoice, supplier: str, under: str, desk: Desk) -> list[list[drawdown.State]]:
    """For each that it names (BG-3) the invoices that it may be, also those that final invoices
    have used up."""
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        numbers = [one.number for one in invoice.credits]
        rows = drawdowns.numbered(connection, supplier, numbers, desk.organisation)
    return [
        [
            state
            for state in drawdown.as_spelt(one.number, rows[one.number])
            if state.agreement == under
            and state.amount > 0
            and not state.deducts
            and state.status in ("recorded", "approved")
            and one.issued_on in (None, state.issued_on)
        ]
        for one in invoice.credits
    ]
