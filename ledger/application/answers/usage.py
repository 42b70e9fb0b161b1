"""What goes out of what is in use of agreements, by year of delivery, buyer and unit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, NamedTuple

from ledger.application.answers.making import Answer, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    moment,
    organisation,
    text,
    whole,
)
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import NUMBER
from ledger.domain import agreement
from ledger.domain.limits import Use
from ledger.projections.then import Then
from ledger.projections.usage import Used

Total = Annotated[str, amount("All of it: reserved, committed and drawn.", of="use.total")]
Reserved = Annotated[str, amount("Ordered and not yet answered.", of="use.reserved")]
Committed = Annotated[str, amount("Confirmed and not yet invoiced.", of="use.committed")]
Drawn = Annotated[str, amount("Invoices approved, credits deducted.", of="use.drawn")]


class UsedPart(Answer):
    """What one unit's orders for a year hold of an agreement."""

    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    year: Annotated[int, whole("The year of delivery.")]
    buyer: Annotated[str, organisation("Who ordered.")]
    buyer_name: Annotated[str, text("Its name.")]
    unit: Annotated[str, text("Its unit; empty: none is said.")]
    orders: Annotated[int, whole("How many have been placed, whatever became of them.", 1)]
    reserved: Reserved
    committed: Committed
    drawn: Drawn
    used: Total


class UsedTotal(Answer):
    """What the parts in one currency come to."""

    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    reserved: Reserved
    committed: Committed
    drawn: Drawn
    used: Total


class Usage(Answer):
    """What is in use, of those orders that the caller may see."""

    as_of: Annotated[date | None, day("The business date asked about; null: everything.")]
    known_at: Annotated[datetime | None, moment("The moment asked about; null: everything.")]
    totals: Annotated[list[UsedTotal], listed("What the parts come to, by currency.")]
    items: Annotated[list[UsedPart], listed("By agreement, year, buyer and unit.")]


class _Sum(NamedTuple):
    """What is in use in one currency, in öre."""

    currency: str
    use: Use


def usage_answer(found: Sequence[Used], states: Mapping[str, agreement.State], then: Then) -> Usage:
    """`states` are the agreements that the parts are of, by number."""
    totals: dict[str, Use] = {}
    for one in found:
        currency = states[one.agreement].currency
        totals[currency] = totals.get(currency, Use()) + one.use
    names = {
        (number, party.organisation): party.name
        for number, state in states.items()
        for party in state.buyers
    }
    return made(
        Usage,
        then,
        totals=[made(UsedTotal, _Sum(currency, use)) for currency, use in sorted(totals.items())],
        items=[
            made(
                UsedPart,
                one,
                currency=states[one.agreement].currency,
                buyer_name=names.get((one.agreement, one.buyer), one.buyer),
            )
            for one in found
        ],
    )
