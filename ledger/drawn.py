"""Drawdowns as a supplier ledger is held against them, and what it may have of their amounts."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from ledger.documents.ledger_columns import Vat

TURNED_DOWN = ("rejected", "withdrawn")
"""Statuses of drawdowns that draw nothing and never will."""
AWAITED = ("approved", "reversed")
"""Statuses of drawdowns of which a payment is to be expected."""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A drawdown as it is compared. `amount` excludes VAT, `vat` is beside it, both in öre.

    `credits` is the id of the one that a credit takes back. `deducted` is what it takes back of
    advances, excluding VAT; `prepaid` what was paid before and `rounding` are with VAT.
    """

    id: str
    agreement: str
    buyer: str
    supplier: str
    invoice: str
    issued_on: date
    amount: int
    vat: int | None
    currency: str
    status: str
    credits: str | None = None
    deducted: int = 0
    prepaid: int = 0
    rounding: int = 0


class Way(NamedTuple):
    """What a ledger may have of invoices, in öre: with VAT or without, and whole or less what was
    paid before."""

    amount: int
    vat: Vat
    is_rest: bool = False


def ways(some: Sequence[Drawn]) -> Iterable[Way]:
    """In the order in which they are taken; what was rounded may be booked with each."""
    net, rounding = sum(one.amount for one in some), sum(one.rounding for one in some)
    deducted, prepaid = sum(one.deducted for one in some), sum(one.prepaid for one in some)
    found = [Way(net, "excluded")]
    if deducted:
        found.append(Way(net - deducted, "excluded", is_rest=True))
    if all(one.vat is not None for one in some):
        gross = net + sum(one.vat or 0 for one in some)
        found.append(Way(gross, "included"))
        if prepaid:
            found.append(Way(gross - prepaid, "included", is_rest=True))
    yield from found
    if rounding:
        yield from (way._replace(amount=way.amount + rounding) for way in found)
