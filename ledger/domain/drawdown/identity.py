"""Which drawdown an invoice is: the same one again, one anew, or perhaps another twice.

An invoice is taken while a drawdown of it is recorded, approved or reversed. One that was rejected
or withdrawn may be recorded anew: it has an id of its own, and is tied to the first, on whose
version it is decided, so that two at once are one.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ledger.domain.drawdown.commands import RecordDrawdown
from ledger.domain.drawdown.state import FREED, State, identity, named, plain, stream
from ledger.domain.events import DrawdownRecordedAnew, New
from ledger.domain.given import Given
from ledger.domain.refusals import Amount, DuplicateInvoice, InvoiceDiffers

STANDING = {
    "recorded": "waiting for approval",
    "approved": "approved",
    "reversed": "credited in full",
}
"""How far a drawdown that takes an invoice has come, as a sentence says it."""


class Identified(NamedTuple):
    """The id that an invoice is recorded under; of one that is recorded anew, the first one's."""

    id: str
    first: State | None = None
    last: State | None = None

    def tied(self, issued_on: date) -> list[New]:
        """What the first one is told, where it is recorded anew."""
        if self.first is None or self.last is None:
            return []
        day = max(issued_on, self.last.decided_on or issued_on)
        return [New(stream(self.first.id), DrawdownRecordedAnew(drawdown=self.id), day)]


def identified(command: RecordDrawdown, given: Given) -> Identified:
    """Raises DuplicateInvoice; InvoiceDiffers where it comes again with other figures, which are
    told to its buyer alone."""
    id = identity(command.supplier, command.invoice, command.issued_on, command.type)
    first: State | None = given.find(stream(id))
    if first is None:
        return Identified(id)
    last = named(given, first.anew[-1]) if first.anew else first
    if last.status in FREED:
        return Identified(f"{id}.{len(first.anew) + 2}", first, last)
    if _differs(command, last) and given.by.organisation == last.buyer:
        raise InvoiceDiffers(
            invoice=last.invoice,
            issued_on=last.issued_on,
            supplier=last.supplier,
            drawdown=last.id,
            status=last.status,
            standing=STANDING[last.status],
            amount=Amount(last.amount, last.currency),
            asked=Amount(command.amount, command.currency),
        )
    raise DuplicateInvoice(
        invoice=last.invoice,
        issued_on=last.issued_on,
        supplier=last.supplier,
        drawdown=last.id,
        status=last.status,
        standing=STANDING[last.status],
    )


def _differs(command: RecordDrawdown, state: State) -> bool:
    """The VAT of one that states none is not another."""
    vats = {vat for vat in (command.vat, state.vat) if vat is not None}
    same = (command.amount, command.currency) == (state.amount, state.currency)
    return not same or len(vats) > 1


def double_flags(command: RecordDrawdown, buyer: str, given: Given) -> Iterator[str]:
    """What says that it may be another one twice: the same number on another day, or the same
    supplier and amount.

    The other is named where it is the same buyer's. One that was turned down or withdrawn is none,
    and neither is one that was credited whole, but by its number.
    """
    said = set()
    for id in command.alike:
        other: State | None = given.find(stream(id))
        if other is None or other.supplier != command.supplier or other.status in FREED:
            continue
        number = plain(other.invoice) == plain(command.invoice)
        if number and (other.type, other.issued_on) == (command.type, command.issued_on):
            continue  # the invoice itself, as it was before
        amount = (other.amount, other.currency) == (command.amount, command.currency)
        code = None
        if number and (other.amount < 0) == (command.amount < 0):
            code = "same-number"
        elif amount and other.status != "reversed":
            code = "same-amount"
        if code is not None and code not in said:
            said.add(code)
            yield f"{code}:{other.id}" if other.buyer == buyer else code
