"""How a fact on an order moves its agreement's money."""

from datetime import date

from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.events import (
    NOBODY,
    CounterAccepted,
    New,
    OrderCancelled,
    OrderChanged,
    OrderCountered,
    OrderEvent,
    OrderInvoiced,
    OrderInvoiceWithdrawn,
    RoomMoved,
    SeatsAllocated,
    SeatsCancelled,
    SeatsMoved,
    SessionCancelled,
    SessionMoved,
)
from ledger.domain.given import Given
from ledger.domain.limits import Move, add
from ledger.domain.order.anew import OfDrawdown, Undoing, counts_from
from ledger.domain.order.evolve import evolve, told_apart
from ledger.domain.order.notices import notice_flags
from ledger.domain.order.state import State, holding, stream
from ledger.domain.order.supplier.award import check_award
from ledger.domain.position import moves, ordered, without

Enlarging = (
    OrderCountered
    | OrderChanged
    | OrderCancelled
    | SeatsAllocated
    | SeatsCancelled
    | SeatsMoved
    | SessionCancelled
    | SessionMoved
)
"""What may need more room, for a member whose share of the cost becomes more also where the order
becomes smaller, and says which soft limits it passes."""


def with_moves(
    state: State,
    of: agreement.State,
    event: OrderEvent,
    on: date,
    cause: str,
    drawdown: str | None = None,
) -> list[New]:
    """The fact and the money that it moves.

    It counts from `on`, but never from before the order's latest move: for any date the terms of
    the balance are then what they were, and none is negative for want of order.
    """
    day = counts_from(state, event, on)
    moved = _moves_of(state, event, day)
    facts = [fact(state, event, on, day)]
    if moved:
        moving = RoomMoved(order=state.number, cause=cause, moves=moved, drawdown=drawdown)
        facts += agreement.move_room(of, moving, day)
    return facts


def fact(state: State, event: OrderEvent, on: date, day: date) -> New:
    """A fact that counts from `day`, and says which was stated, `on`, where that is another."""
    return New(stream(state.number), event if day == on else replace(event, dated=on), day)


def with_moves_told_anew(
    state: State, of: agreement.State, event: Undoing | OrderInvoiced, on: date, cause: str
) -> list[New]:
    """The fact that takes an invoice back, or the approval of one or of a credit, or that brings
    an invoice to its order, or back to its place; and the money.

    What was undone had moved goes back from its own day, so that a wrong date leaves no trace, and
    what has come of it since from the day on which it came: on no day anything is left of it. Where
    it cannot be told so (it is of an earlier version) all counts from `on`.
    """
    number = state.number
    drawdown = event.drawdown if isinstance(event, OrderInvoiced | OfDrawdown) else None
    if _comes_last(state, event, on):
        return with_moves(state, of, event, on, cause, drawdown)
    told = _told_apart(state, event, on)
    if told is None and isinstance(event, OfDrawdown):
        told = _noted_apart(state, event)
    if told is None:
        return with_moves(state, of, event, on, cause, drawdown)
    day, apart = told
    stated = on if isinstance(event, OrderInvoiced) else day
    facts = [fact(state, event, stated, day)]
    for since, moved in apart:
        if moved:
            moving = RoomMoved(order=number, cause=cause, moves=moved, drawdown=drawdown)
            facts += agreement.move_room(of, moving, since)
            of = agreement.evolve(of, moving, since, NOBODY)
    return facts


def _comes_last(state: State, event: Undoing | OrderInvoiced, on: date) -> bool:
    """Whether an invoice is after all else of its order: it moves what it moves on one day."""
    if not isinstance(event, OrderInvoiced) or event.place_of is not None:
        return False
    return event.after is None and counts_from(state, event, on) >= state.counts_from(on)


Moved = tuple[date, tuple[Move, ...]]
Told = tuple[date, list[Moved]]
"""From which day a fact counts, and what it moves on which days."""


def _told_apart(state: State, event: Undoing | OrderInvoiced, on: date) -> Told | None:
    """What moves on each day where a fact is taken back, or comes in its place: what the order
    then holds as it is told anew, less what it held. None where that does not come to what the
    fact moves in the end."""
    told = told_apart(state, event, on)
    if told is None:
        return None
    first, days = told
    before: tuple[Move, ...] = ()
    apart: list[Moved] = []
    for day, was, now in days:
        so_far = moves(was, now)
        apart.append((day, without(so_far, before) if before else so_far))
        before = so_far
    whole = _moves_of(state, event, first)
    return None if without(whole, before) else (first, [one for one in apart if one[1]])


def _noted_apart(state: State, event: OfDrawdown) -> Told | None:
    """The same by what was noted of the fact when it came: the rest counts from the order's latest
    move. None where nothing was noted."""
    waited = isinstance(event, OrderInvoiceWithdrawn)
    noted = (state.waits if waited else state.approval)(event.drawdown)
    if noted is None:
        return None
    whole, back = _moves_of(state, event, noted.since), without((), noted.moves)
    rest = without(whole, back)
    return noted.since, [(noted.since, back), (state.counts_from(noted.since), rest)]


def _moves_of(state: State, event: OrderEvent, day: date) -> tuple[Move, ...]:
    after = evolve(state, event, day, NOBODY)
    return moves(holding(state), holding(after))


def enlarge(state: State, given: Given, event: Enlarging, on: date, cause: str) -> list[New]:
    """Facts for an event that may need more room: what makes an order larger is an order, within
    the term and the limits of every day from its own on; equal or smaller it may be made later.
    Larger is also what is ordered of it, where as much was invoiced already and no use grows.

    Soft limits that it passes become its flags, and what seats and prices then warn of. Raises
    OverAward, AgreementNotOpen, OutsideTerm, CapExceeded.
    """
    of = agreement.named(given, state.agreement)
    after = evolve(state, event, on, NOBODY)
    check_award(state.agreement, state.award, ordered(holding(after).lines), state.currency)
    asked = _moves_of(state, event, on)
    lines = event.lines if isinstance(event, OrderCountered | OrderChanged) else ()
    if agreement.is_larger(of, asked) or ordered(lines) > state.amount:
        agreement.require_takes(of, on)
    day = state.counts_from(on)
    passed = agreement.check_limits(of, asked, day)
    if isinstance(event, OrderCountered | OrderChanged):
        passed = (*passed, *check_ordered(state, after, of, day))
    if isinstance(event, OrderCountered):
        passed = (*passed, *check_offered(after, _with_room(of, asked, day), day))
    flags = over_limit_flags(passed)
    if not isinstance(event, OrderCancelled):
        flags = (*flags, *notice_flags(after))
    return with_moves(state, of, replace(event, flags=flags), on, cause)


def check_ordered(before: State, after: State, of: agreement.State, day: date) -> tuple[str, ...]:
    """Judge what is ordered by itself, whatever is invoiced of it from a day on: an invoice beyond
    the order uses its room only for as long as it stands. Names of the soft limits that it passes.
    Raises CapExceeded."""
    was, will = (replace(holding(one), drawn=(), pending=()) for one in (before, after))
    instead = moves(holding(before), was)
    if not instead:  # it holds just what is ordered: the real moves were judged
        return ()
    return agreement.check_limits(_with_room(of, instead, day), moves(was, will), day)


def check_offered(state: State, of: agreement.State, day: date) -> tuple[str, ...]:
    """Judge an open counter-offer's own lines in the place of what the order holds: one of less in
    all holds none of them until it is accepted. Names of the soft limits that they pass. Raises
    CapExceeded."""
    taken = evolve(state, CounterAccepted(), day, NOBODY)
    change = moves(holding(state), holding(taken))
    return agreement.check_limits(of, change, day) + check_ordered(state, taken, of, day)


def _with_room(of: agreement.State, moved: tuple[Move, ...], day: date) -> agreement.State:
    """The agreement as if so much had moved from a day on."""
    totals, days = add(of.totals, of.days, moved, day)
    return replace(of, totals=totals, days=days)


def check_again(state: State, of: agreement.State, on: date, before: State | None = None) -> None:
    """Judge the order's whole amount once more, on the day on which it is agreed: the contract is
    made then. What is lowered from a later day does not stop it. Raises CapExceeded."""
    held = moves(None, holding(before or state))
    change = moves(holding(before), holding(state)) if before else ()
    agreement.check_limits(of, change, state.counts_from(on), asked=held)


def over_limit_flags(limits: tuple[str, ...]) -> tuple[str, ...]:
    """The flags that say which soft limits, by name, a fact passed."""
    return tuple(f"over-limit:{name}" for name in dict.fromkeys(limits))
