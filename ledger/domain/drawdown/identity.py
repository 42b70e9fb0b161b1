"""Which drawdown an invoice is: the same one again, one anew, or perhaps another twice.

An invoice is taken while a drawdown of it is recorded, approved or reversed. One that was rejected
or withdrawn may be recorded anew: it has an id of its own, and is tied to the first, on whose
version it is decided, so that two at once are one.

What stands for another buyer, and is of no order of this one, keeps nobody's invoice out: whoever
has the supplier's number and a number of an invoice could record it first. This buyer's is then
recorded under an id that says whose it is, and flagged.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ledger.domain import order
from ledger.domain.drawdown.commands import RecordDrawdown
from ledger.domain.drawdown.faults import is_told
from ledger.domain.drawdown.state import FREED, State, identity, plain, stream
from ledger.domain.events import DrawdownRecordedAnew, New
from ledger.domain.given import Find, Given
from ledger.domain.refusals import (
    Amount,
    DuplicateInvoice,
    Fault,
    Figure,
    InvoiceDiffers,
    Replaced,
)
from ledger.domain.spelling import fold_number

CORRECTED = "384"
"""The document type (UNCL1001) of a corrected invoice."""
REPLACED = "replaced-by"
"""The flag of an invoice beside the corrected one in its place; that one's id stands after it."""
STANDING = {
    "recorded": "waiting for approval",
    "approved": "approved",
    "reversed": "credited in full",
}
"""How far a drawdown that takes an invoice has come, as a sentence says it."""


class Identified(NamedTuple):
    """The id that an invoice is recorded under; of one that is recorded anew, the first one's.
    `beside`: the same invoice stands for another buyer."""

    id: str
    first: State | None = None
    last: State | None = None
    beside: bool = False

    def tied(self, issued_on: date) -> list[New]:
        """What the first one is told, where it is recorded anew."""
        if self.first is None or self.last is None:
            return []
        day = max(issued_on, self.last.decided_on or issued_on)
        return [New(stream(self.first.id), DrawdownRecordedAnew(drawdown=self.id), day)]


def chain_of(id: str, buyer: str, find: Find) -> tuple[str, State | None, State | None]:
    """The id that an invoice of this identity has for a buyer, with the first drawdown of it and
    the last; none where it is not recorded for them."""
    first: State | None = find(stream(id))
    last: State | None = find(stream(first.anew[-1])) if first and first.anew else first
    if first is None or last is None:
        return id, None, None
    own = own_id(id, buyer)
    mine: State | None = find(stream(own))
    if mine is not None:
        return own, mine, find(stream(mine.anew[-1])) if mine.anew else mine
    if last.status in FREED or is_theirs(last, buyer, find):
        return id, first, last
    return own, None, None


def own_id(id: str, buyer: str) -> str:
    """The id of an invoice where another buyer has the plain one."""
    return f"{id}.{buyer.replace(':', '-')}"


def is_theirs(state: State, buyer: str, find: Find) -> bool:
    """Whether a drawdown is a buyer's: of an order of theirs, or of what they carry a part of."""
    if not buyer or buyer in (state.buyer, *state.carriers):
        return True
    orders = (find(order.stream(name)) for name in state.orders)
    return any(one is not None and buyer in (one.buyer, *one.carriers) for one in orders)


def identified(command: RecordDrawdown, buyer: str, given: Given) -> Identified:
    """Raises DuplicateInvoice where it agrees; InvoiceDiffers where it comes again with other
    figures, which are told to its buyer alone."""
    plain_id = identity(command.supplier, command.invoice, command.issued_on, command.type)
    id, first, last = chain_of(plain_id, buyer, given.find)
    beside = id != plain_id
    if first is None or last is None:
        return Identified(id, beside=beside)
    if last.status in FREED:
        return Identified(f"{id}.{len(first.anew) + 2}", first, last, beside)
    differs = differences(command, last)
    if differs:
        told = given.by.organisation in ("", last.buyer)
        amounts = {
            "amount": Amount(last.amount, last.currency),
            "asked": Amount(command.amount, command.currency),
        }
        raise InvoiceDiffers(
            invoice=last.invoice,
            issued_on=last.issued_on,
            supplier=last.supplier,
            drawdown=last.id,
            status=last.status,
            standing=STANDING[last.status],
            differs=tuple(differs),
            because=tuple(_told(differs, told=told)),
            **(amounts if told else {}),
        )
    raise DuplicateInvoice(
        invoice=last.invoice,
        issued_on=last.issued_on,
        supplier=last.supplier,
        drawdown=last.id,
        status=last.status,
        standing=STANDING[last.status],
    )


class _Said(NamedTuple):
    """What differs: in words alone, and with what it was and is."""

    title: str
    sentence: str


SAID = {
    "amount": _Said(title="The amount.", sentence="The amount is {was} there, and {now} here."),
    "currency": _Said(
        title="The currency.", sentence="The currency is {was} there, and {now} here."
    ),
    "vat": _Said(title="The VAT.", sentence="The VAT is {was} there, and {now} here."),
    "due": _Said(
        title="The day to pay.", sentence="The day to pay is {was} there, and {now} here."
    ),
    "order": _Said(title="The order.", sentence="The order is {was} there, and {now} here."),
    "document": _Said(
        title="It says something else besides.", sentence="It says something else in: {differs}."
    ),
}
"""What may differ between two invoices of one identity."""
Differences = dict[str, tuple[Figure, Figure]]
"""What differs, by its name: as it is recorded, and as it comes."""


def differences(command: RecordDrawdown, state: State) -> Differences:
    """What is not the same. What one of the two does not state is not another; nor is another order
    where a person said which."""
    found: Differences = {}
    if command.amount != state.amount:
        was, now = (Amount(one.amount, one.currency) for one in (state, command))
        found["amount"] = was, now
    if command.currency != state.currency:
        found["currency"] = state.currency, command.currency
    if None not in (command.vat, state.vat) and command.vat != state.vat:
        was, now = (Amount(one.vat or 0, one.currency) for one in (state, command))
        found["vat"] = was, now
    if None not in (command.due_on, state.due_on) and command.due_on != state.due_on:
        found["due"] = state.due_on, command.due_on
    orders = tuple(dict.fromkeys(part.order for part in command.parts))
    if not state.moved_by and not state.is_credit and set(orders) != set(state.orders):
        found["order"] = ", ".join(state.orders), ", ".join(orders)
    if command.unlike:
        found["document"] = ", ".join(command.unlike), None
    return found


def _told(differs: Differences, *, told: bool) -> Iterator[Fault]:
    for name, (was, now) in differs.items():
        if told:
            yield Fault(
                pointer="",
                sentence=SAID[name].sentence,
                figures={"was": was, "now": now, "differs": was},
            )
        else:
            yield Fault(pointer="", sentence=SAID[name].title)


def replaced_flags(command: RecordDrawdown, given: Given) -> Iterator[str]:
    """The corrected invoices that stand in the place of an invoice that comes after them, where a
    person says why both are to count. Raises Replaced where nobody does."""
    if command.amount <= 0 or command.type == CORRECTED:
        return
    for id in command.alike:
        one: State | None = given.find(stream(id))
        if one is None or one.supplier != command.supplier or one.status in (*FREED, "reversed"):
            continue
        if fold_number(command.invoice) not in one.replaces:
            continue
        if not is_told(command.match):
            raise Replaced(invoice=command.invoice, later=one.id)
        yield f"{REPLACED}:{one.id}"


def double_flags(command: RecordDrawdown, buyer: str, given: Given) -> Iterator[str]:
    """What says that it may be another one twice: the same number on another day or spelt
    otherwise (zeros before it, another dash), or the same supplier and amount.

    The other is named where it is the same buyer's. One that was turned down or withdrawn is none,
    and neither is one that was credited whole, but by its number, nor one of nothing.
    """
    said = set()
    for id in command.alike:
        other: State | None = given.find(stream(id))
        if other is None or other.supplier != command.supplier or other.status in FREED:
            continue
        same = plain(other.invoice) == plain(command.invoice)
        if same and (other.type, other.issued_on) == (command.type, command.issued_on):
            continue  # the invoice itself, as it was before
        number = fold_number(other.invoice) == fold_number(command.invoice)
        amount = (other.amount, other.currency) == (command.amount, command.currency)
        code = None
        if number and (other.amount < 0) == (command.amount < 0):
            code = "same-number"
        elif amount and command.amount and other.status != "reversed":
            code = "same-amount"
        if code is not None and code not in said:
            said.add(code)
            yield f"{code}:{other.id}" if other.buyer == buyer else code
