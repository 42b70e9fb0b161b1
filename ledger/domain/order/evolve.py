"""What each fact of an order makes of it. Never refuses: rules live in the decisions."""

from datetime import date
from typing import assert_never

from msgspec.structs import replace

from ledger.domain.events import (
    By,
    CounterAccepted,
    CounterRejected,
    LineAmount,
    LineRecoded,
    OrderCancelled,
    OrderChanged,
    OrderClosed,
    OrderConfirmed,
    OrderCountered,
    OrderCredited,
    OrderDeclined,
    OrderDelivered,
    OrderDrawn,
    OrderEvent,
    OrderInvoiced,
    OrderInvoiceWithdrawn,
    OrderJudged,
    OrderLapsed,
    OrderLine,
    OrderPassedOn,
    OrderPlaced,
    OrderStarted,
    SeatsAllocated,
    SeatsCancelled,
    SeatsMoved,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
)
from ledger.domain.order.plan.evolve import (
    less,
    order_cancelled,
    refitted,
    seats_cancelled,
    session_cancelled,
    session_held,
    session_moved,
)
from ledger.domain.order.plan.schedule import to_come
from ledger.domain.order.state import Counter, Earlier, State
from ledger.domain.position import add_lines, by_line
from ledger.domain.sharing import Weight


def evolve(state: State | None, event: OrderEvent, on: date, by: By) -> State:
    """The state after a fact. Never refuses: rules live in the decisions."""
    if isinstance(event, OrderPlaced):
        return _placed(event, on, by)
    assert state is not None, "an order's first fact is its placing"
    if isinstance(event, OrderStarted):
        return replace(state, status="started")
    if isinstance(event, OrderDelivered):
        return replace(
            state,
            status="delivered",
            delivered_on=event.delivered_on or on,
            seats_used=event.seats_used,
            credits_awarded=event.credits_awarded,
            women=event.women,
            men=event.men,
        )
    if isinstance(event, SessionHeld):
        return session_held(state, event, on)
    state = replace(state, moved_on=max(state.moved_on, on))
    match event:
        case OrderConfirmed():
            return replace(
                state,
                status="confirmed",
                confirmed_on=on,
                confirmation=event.reference,
                confirmation_flags=event.flags,
            )
        case OrderDeclined() | CounterRejected():
            over = (*state.passed_over, *event.passed_over)
            return replace(
                state, status="declined", counter=None, reason=event.reason, passed_over=over
            )
        case OrderLapsed():
            over = (*state.passed_over, *event.passed_over)
            return replace(state, status="lapsed", passed_over=over)
        case OrderPassedOn():
            return _passed_on(state, event, on)
        case OrderCountered():
            return _countered(state, event)
        case CounterAccepted():
            return _altered(_counter_accepted(state, event, on), by)
        case OrderChanged():
            return _altered(_changed(state, event), by)
        case LineRecoded():
            return _recoded(state, event, by)
        case SeatsCancelled():
            return seats_cancelled(state, event, on)
        case OrderCancelled():
            return order_cancelled(state, event, on)
        case OrderClosed():
            return replace(state, status="closed", counter=None, reason=event.reason)
        case SeatsAllocated():
            return replace(state, allocated=event.seats, flags=event.flags)
        case SeatsMoved():
            return replace(state, allocated=_given(state.allocated, event), flags=event.flags)
        case SessionMoved():
            return session_moved(state, event)
        case SessionCancelled():
            return session_cancelled(state, event, on)
        case OrderInvoiced():
            return replace(state, pending=add_lines(state.pending, event.lines))
        case OrderInvoiceWithdrawn():
            return replace(state, pending=add_lines(state.pending, event.lines, -1))
        case OrderDrawn():
            return replace(
                state,
                pending=add_lines(state.pending, event.lines, -1),
                drawn=add_lines(state.drawn, event.lines),
            )
        case OrderCredited():
            return _credited(state, event)
        case OrderJudged():
            held = state.drawn if event.drawn else state.pending
            anew = add_lines(add_lines(held, event.before, -1), event.lines)
            return replace(state, drawn=anew) if event.drawn else replace(state, pending=anew)
        case _:
            assert_never(event)


def _placed(event: OrderPlaced, on: date, by: By) -> State:
    return State(
        agreement=event.agreement,
        number=event.number,
        buyer=event.buyer,
        supplier=event.supplier,
        currency=event.currency,
        course=event.course,
        lines=event.lines,
        ordered_on=event.ordered_on,
        placed_by=by.person,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        respond_by=event.respond_by,
        unit=event.unit,
        challenge=event.challenge,
        reference=event.reference,
        credits=event.credits,
        seats=event.seats,
        flags=event.flags,
        moved_on=on,
        split=event.split,
        passed_over=event.passed_over,
        award=event.award,
        allocated=event.split.parts if event.split and event.split.method == "seats" else (),
        programme=event.programme,
        round=event.round,
        free_seats=event.free_seats,
        minimum_seats=event.minimum_seats,
        sessions=to_come(event.sessions),
        instalments=event.instalments,
    )


def _passed_on(state: State, event: OrderPassedOn, on: date) -> State:
    before = Earlier(supplier=event.giver, status=state.status, reason=state.reason, until=on)
    return replace(
        state,
        status="placed",
        supplier=event.supplier,
        respond_by=event.respond_by,
        reason="",
        flags=event.flags,
        earlier=(*state.earlier, before),
        passed_over=(*state.passed_over, *event.passed_over),
    )


def _given(allocated: tuple[Weight, ...], event: SeatsMoved) -> tuple[Weight, ...]:
    more = less(allocated, event.receiver, -event.seats)
    return less(more, event.giver, event.seats)


def _altered(state: State, by: By) -> State:
    return replace(state, altered_by=tuple(dict.fromkeys((*state.altered_by, by.person))))


def _recoded(state: State, event: LineRecoded, by: By) -> State:
    """Also in an open counter-offer: taking it does not bring the old coding back."""
    counter = state.counter
    if counter is not None:
        counter = replace(counter, lines=_recoded_lines(counter.lines, event))
    coded_by = (*state.coded_by, (event.line, by.person))
    return replace(
        state,
        lines=_recoded_lines(state.lines, event),
        counter=counter,
        coded_by=tuple(dict.fromkeys(coded_by)),
    )


def _recoded_lines(lines: tuple[OrderLine, ...], event: LineRecoded) -> tuple[OrderLine, ...]:
    return tuple(
        replace(
            line,
            codes=event.codes,
            code_string=event.code_string,
            cost_centre=event.cost_centre,
        )
        if line.number == event.line
        else line
        for line in lines
    )


def _countered(state: State, event: OrderCountered) -> State:
    offer = Counter(
        lines=event.lines,
        reason=event.reason,
        seats=event.seats,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
    )
    return replace(state, status="countered", counter=offer, flags=event.flags)


def _counter_accepted(state: State, event: CounterAccepted, on: date) -> State:
    offer = state.counter
    assert offer is not None, "an accepted counter-offer was made before"
    after = replace(
        state,
        status="confirmed",
        confirmed_on=on,
        confirmation=event.reference,
        confirmation_flags=event.flags,
        lines=offer.lines,
        seats=offer.seats if offer.seats is not None else state.seats,
        starts_on=offer.starts_on or state.starts_on,
        ends_on=offer.ends_on or state.ends_on,
        counter=None,
        allocated=event.allocated or state.allocated,
    )
    return refitted(after)


def _changed(state: State, event: OrderChanged) -> State:
    sessions = state.sessions
    if event.sessions is not None:
        settled = (one for one in sessions if one.status != "planned")
        sessions = tuple(sorted((*settled, *to_come(event.sessions)), key=lambda one: one.number))
    after = replace(
        state,
        lines=event.lines,
        seats=event.seats,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        flags=event.flags,
        free_seats=state.free_seats if event.free_seats is None else event.free_seats,
        minimum_seats=state.minimum_seats if event.minimum_seats is None else event.minimum_seats,
        sessions=sessions,
        instalments=state.instalments if event.instalments is None else event.instalments,
        allocated=event.allocated or state.allocated,
    )
    return refitted(after)


def _credited(state: State, event: OrderCredited) -> State:
    offer = state.counter
    if offer is not None:
        offer = replace(offer, lines=_reduced(offer.lines, event.offer_reduced))
    after = replace(
        state,
        drawn=add_lines(state.drawn, event.lines),
        lines=_reduced(state.lines, event.reduced),
        counter=offer,
    )
    return refitted(after)


def _reduced(lines: tuple[OrderLine, ...], by: tuple[LineAmount, ...]) -> tuple[OrderLine, ...]:
    less = by_line(by)
    return tuple(
        replace(line, amount=max(0, line.amount - less[line.number]))
        if line.number in less
        else line
        for line in lines
    )
