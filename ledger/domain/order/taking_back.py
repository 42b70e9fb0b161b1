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
    state: State, drawdown: str, first: str, earlier: tuple[int, int] | None
) -> OrderInvoiced:
    """An invoice that comes, without its lines. `first` is the drawdown that it was recorded as
    first: where the order had that before, it comes back to its place. Where it did not, it comes
    after so many of the order's facts as were there `earlier` than it, at its position of the log;
    where that is not known, or the order was placed after it, after all of them."""
    place = place_of(state, first, drawdown)
    event = OrderInvoiced(drawdown=drawdown, lines=(), place_of=place, own_day=True)
    facts, position = earlier or (0, 0)
    if event.place_of is None and facts:
        event = replace(event, after=facts, position=position)
    return event


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
