"""Whose an invoice is that draws the orders of several buyers: who pays it, and so decides it."""

from collections.abc import Sequence

from ledger.domain.drawdown.commands import Part
from ledger.domain.drawdown.state import Orders, State


def payer_of(
    parts: Sequence[Part],
    orders: Orders,
    credited: Sequence[State] = (),
    *,
    made_out_to: str = "",
    own: str = "",
) -> str:
    """The buyer who pays it, in whatever sequence its lines stand. Of a credit, whose its invoices
    are; else whom it is made out to (a typed one: who types it), the buyer of its `own` order, and
    who has most of it (of equals the first by number): the first of whom it draws an order."""
    sizes: dict[str, int] = {}
    for one in credited:
        sizes[one.buyer] = sizes.get(one.buyer, 0) + abs(one.amount)
    for part in () if credited else parts:
        buyer = orders[part.order].buyer
        sizes[buyer] = sizes.get(buyer, 0) + part.amount
    if not credited and made_out_to in sizes:
        return made_out_to
    if not credited and any(part.order == own for part in parts):
        return orders[own].buyer
    return min(sizes, key=lambda name: (-abs(sizes[name]), name))


def in_turn(parts: Sequence[Part], orders: Orders, payer: str) -> tuple[Part, ...]:
    """The parts with those of the payer's orders first: the rest is what others carry."""
    return tuple(sorted(parts, key=lambda part: orders[part.order].buyer != payer))
