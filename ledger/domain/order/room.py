"""How a fact on an order moves its agreement's money."""

from datetime import date

from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.events import (
    NOBODY,
    New,
    OrderChanged,
    OrderCountered,
    OrderEvent,
    RoomMoved,
    SeatsAllocated,
    SeatsMoved,
    SessionMoved,
)
from ledger.domain.given import Given
from ledger.domain.limits import Move
from ledger.domain.order.evolve import evolve
from ledger.domain.order.notices import notice_flags
from ledger.domain.order.state import State, holding, stream
from ledger.domain.order.supplier.award import check_award
from ledger.domain.position import moves, ordered

Enlarging = OrderCountered | OrderChanged | SeatsAllocated | SeatsMoved | SessionMoved
"""What may need more room, and says which soft limits it passes."""


def with_moves(
    state: State,
    of: agreement.State,
    event: OrderEvent,
    on: date,
    cause: str,
    drawdown: str | None = None,
    undone: date | None = None,
) -> list[New]:
    """The fact and the money that it moves.

    It counts from `on`, but never from before the order's latest move: for any date the terms of
    the balance are then what they were, and none is negative for want of order. What takes back a
    fact of the day `undone` counts from then, so that for no day anything is left of it.
    """
    day = undone or state.counts_from(on)
    moved = _moves_of(state, event, day)
    facts = [New(stream(state.number), event, day)]
    if moved:
        moving = RoomMoved(order=state.number, cause=cause, moves=moved, drawdown=drawdown)
        facts += agreement.move_room(of, moving, day)
    return facts


def _moves_of(state: State, event: OrderEvent, day: date) -> tuple[Move, ...]:
    after = evolve(state, event, day, NOBODY)
    return moves(holding(state), holding(after))


def enlarge(state: State, given: Given, event: Enlarging, on: date, cause: str) -> list[New]:
    """Facts for an event that may need more room.

    Soft limits that it passes become its flags, and what seats and prices then warn of.
    """
    of = agreement.named(given, state.agreement)
    after = evolve(state, event, on, NOBODY)
    check_award(state.agreement, state.award, ordered(holding(after).lines), state.currency)
    asked = _moves_of(state, event, on)
    if sum(move.use.total for move in asked) > 0:
        agreement.require_open(of)
    passed = agreement.check_limits(of, asked, (max(on, state.ordered_on), given.today))
    flags = (*over_limit_flags(passed), *notice_flags(after))
    return with_moves(state, of, replace(event, flags=flags), on, cause)


def check_again(
    state: State, of: agreement.State, days: tuple[date, date], before: State | None = None
) -> None:
    """Judge the order's whole amount once more, as when it was placed."""
    held = moves(None, holding(before or state))
    change = moves(holding(before), holding(state)) if before else ()
    agreement.check_limits(of, change, days, asked=held)


def over_limit_flags(limits: tuple[str, ...]) -> tuple[str, ...]:
    """The flags that say which soft limits, by name, a fact passed."""
    return tuple(f"over-limit:{name}" for name in limits)
