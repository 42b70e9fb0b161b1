"""An order's own facts of an invoice that comes, or of what is taken back of it.

What happened since is told anew where that makes a difference: see `anew`.
"""

from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from ledger.domain.events import (
    NOBODY,
    LineAmount,
    OrderCreditTakenBack,
    OrderDrawingTakenBack,
    OrderInvoiced,
    OrderInvoiceWithdrawn,
)
from ledger.domain.order.anew import place_of
from ledger.domain.order.evolve import evolve
from ledger.domain.order.state import State

Undoing = TypeVar("Undoing", OrderInvoiceWithdrawn, OrderDrawingTakenBack, OrderCreditTakenBack)


def invoiced(
    state: State, drawdown: str, first: str, lines: tuple[LineAmount, ...], after: int | None
) -> OrderInvoiced:
    """An invoice that comes. `first` is the drawdown that it was recorded as first: where the order
    had that before, it comes back to its place. Where it did not, it comes `after` so many of the
    order's facts; None: after all of them."""
    place, facts = place_of(state, first), 1 if state.past is None else state.past.facts
    if after is not None:
        after = max(1, after)  # it was recorded before the order was placed
        after = after if place is None and after < facts else None
    return OrderInvoiced(drawdown=drawdown, lines=lines, place_of=place, after=after)


def invoice_withdrawn(
    state: State, drawdown: str, lines: tuple[LineAmount, ...]
) -> OrderInvoiceWithdrawn:
    """An invoice that is turned down, withdrawn or moved away."""
    return _told(state, OrderInvoiceWithdrawn(drawdown=drawdown, lines=lines))


def drawing_taken_back(
    state: State,
    drawdown: str,
    lines: tuple[LineAmount, ...],
    restored: tuple[LineAmount, ...],
) -> OrderDrawingTakenBack:
    """An invoice whose approval is taken back; `restored` as it was told by it."""
    event = OrderDrawingTakenBack(drawdown=drawdown, lines=lines, restored=restored)
    return _told(state, event)


def credit_taken_back(
    state: State, drawdown: str, lines: tuple[LineAmount, ...]
) -> OrderCreditTakenBack:
    """A credit whose approval is taken back."""
    one = next((one for one in state.credited if one.drawdown == drawdown), None)
    event = OrderCreditTakenBack(
        drawdown=drawdown,
        lines=lines,
        restored=one.reduced if one else (),
        offer_restored=one.offer_reduced if one else (),
    )
    return _told(state, event)


def _told(state: State, event: Undoing) -> Undoing:
    anew = replace(event, anew=True)
    one, other = (evolve(state, each, _since(state, event), NOBODY) for each in (event, anew))
    return event if replace(one, past=other.past) == other else anew


def _since(state: State, event: Undoing) -> date:
    """The day from which what is taken back counted."""
    waits = isinstance(event, OrderInvoiceWithdrawn)
    noted = (state.waits if waits else state.approval)(event.drawdown)
    return date.min if noted is None else noted.since
