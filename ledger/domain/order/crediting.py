"""What a credit that is approved makes of its order: where its room goes."""

from msgspec.structs import replace

from ledger.domain.events import LineAmount, OrderCredited, Room
from ledger.domain.order.state import ENDED, State, holding
from ledger.domain.position import reduce_lines
from ledger.domain.refusals import OrderEnded


def credited(
    drawdown: str, state: State, lines: tuple[LineAmount, ...], room: Room
) -> OrderCredited:
    """Back to the order: its lines stay as they are. Back to the cap: they count for less, and so
    do those of an open counter-offer, whichever comes to hold, and those of a closed order, which
    may be opened again. Raises OrderEnded."""
    if state.status in ENDED:
        if room == "order":
            raise OrderEnded(order=state.number, status=state.status)
        if state.status not in ("cancelled", "closed"):
            return OrderCredited(drawdown=drawdown, lines=lines, room=room)
    if room == "order":
        return OrderCredited(drawdown=drawdown, lines=lines, room=room)
    own = replace(state, counter=None)
    offered: tuple[LineAmount, ...] = ()
    if state.counter is not None:
        offered = reduce_lines(holding(replace(own, lines=state.counter.lines)), lines)
    reduced = reduce_lines(holding(own), lines)
    return OrderCredited(
        drawdown=drawdown, lines=lines, room=room, reduced=reduced, offer_reduced=offered
    )
