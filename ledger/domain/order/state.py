"""An order as its facts so far make it, and what it holds of its agreement."""

from datetime import date
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from ledger.domain.events import (
    By,
    CounterAccepted,
    CounterRejected,
    Instalment,
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
from ledger.domain.order.after import (
    less,
    order_cancelled,
    refitted,
    seats_cancelled,
    session_cancelled,
    session_held,
    session_moved,
)
from ledger.domain.order.schedule import Cancellation, Session, to_come
from ledger.domain.position import Holding, add_lines, by_line, ordered
from ledger.domain.selection import Award, PassedOver
from ledger.domain.sharing import Split, Weight

Status = Literal[
    "placed",
    "countered",
    "confirmed",
    "started",
    "delivered",
    "cancelled",
    "declined",
    "lapsed",
    "closed",
]
UNANSWERED = ("placed", "countered")
OPEN = ("confirmed", "started", "delivered")
ENDED = ("cancelled", "declined", "lapsed", "closed")
RELEASED = ("declined", "lapsed", "closed")
"""They hold no more than what is invoiced."""


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """What the university offered instead. Line amounts in öre, excluding VAT."""

    lines: tuple[OrderLine, ...]
    reason: str = ""
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier that had the order and did not take it, how that ended, and why if it said."""

    supplier: str
    status: Status
    reason: str
    until: date


class State(msgspec.Struct, frozen=True, kw_only=True):
    """An order as its facts so far make it.

    `drawn` (approved invoices less credits) and `pending` (invoices that wait) are öre by line.
    `moved_on` is the latest day that money moved: see `with_moves`. `allocated` says whose the
    seats are; `split` is the cost split that the order was placed with. `sessions` and
    `instalments` follow their lines: see `schedule.fitted`. `earlier` had the order before its
    supplier; `passed_over` were never asked. `altered_by` are those who changed it or took a
    counter-offer, `coded_by` lines that were re-coded, each with who did.
    """

    agreement: str
    number: str
    buyer: str
    supplier: str
    currency: str
    course: str
    lines: tuple[OrderLine, ...]
    ordered_on: date
    placed_by: str
    starts_on: date | None = None
    ends_on: date | None = None
    respond_by: date | None = None
    unit: str = ""
    challenge: str = ""
    reference: str = ""
    credits: str | None = None
    seats: int | None = None
    flags: tuple[str, ...] = ()
    status: Status = "placed"
    counter: Counter | None = None
    drawn: tuple[LineAmount, ...] = ()
    pending: tuple[LineAmount, ...] = ()
    confirmed_on: date | None = None
    confirmation: str = ""
    reason: str = ""
    delivered_on: date | None = None
    seats_used: int | None = None
    credits_awarded: int | None = None
    women: int | None = None
    men: int | None = None
    moved_on: date
    split: Split | None = None
    allocated: tuple[Weight, ...] = ()
    programme: str = ""
    round: int | None = None
    free_seats: int | None = None
    minimum_seats: int | None = None
    sessions: tuple[Session, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    award: Award | None = None
    earlier: tuple[Earlier, ...] = ()
    altered_by: tuple[str, ...] = ()
    coded_by: tuple[tuple[int, str], ...] = ()

    @property
    def ordered_by(self) -> tuple[str, ...]:
        """Everybody whose decision the order, as it reads, is."""
        return (self.placed_by, *self.altered_by)

    @property
    def sharing(self) -> Split | None:
        """How the next invoice will be shared: by seats, as they are allocated now."""
        if self.split is None or self.split.method != "seats":
            return self.split
        return replace(self.split, parts=self.allocated)

    @property
    def carriers(self) -> tuple[str, ...]:
        """Who beside the buyer has seats of it, or carries a part of its cost."""
        split = self.split.parts if self.split else ()
        carried = (share for part in (*self.drawn, *self.pending) for share in part.shares)
        names = [part.organisation for part in (*split, *self.allocated)]
        names += [share.organisation for share in carried]
        return tuple(name for name in dict.fromkeys(names) if name != self.buyer)

    @property
    def places(self) -> int | None:
        """Seats that people can sit on: those that are paid for, and the free ones."""
        return None if self.seats is None else self.seats + (self.free_seats or 0)

    @property
    def asked_on(self) -> date:
        """The day since which its supplier has had the order."""
        return self.earlier[-1].until if self.earlier else self.ordered_on

    @property
    def amount(self) -> int:
        """What the order asks for, in öre excluding VAT."""
        return ordered(self.lines)

    @property
    def invoiced(self) -> int:
        """Net invoiced, approved or waiting, in öre excluding VAT."""
        return sum(p.amount for p in self.drawn) + sum(p.amount for p in self.pending)


def holding(state: State) -> Holding:
    """What the order holds; with an open counter-offer, the higher of the two amounts."""
    lines = state.lines
    if state.counter is not None and ordered(state.counter.lines) > state.amount:
        lines = state.counter.lines
    return Holding(
        buyer=state.buyer,
        supplier=state.supplier,
        place="reserved" if state.status in UNANSWERED else "committed",
        lines=lines,
        open=state.status not in RELEASED,
        drawn=state.drawn,
        pending=state.pending,
        split=state.sharing,
    )


def is_unanswered(state: State, on: date) -> bool:
    """Whether the last day to answer passed before `on` without a word from the university.

    A counter-offer is an answer; an invoice is as good as one, and left for a person to judge.
    """
    silent = state.status == "placed" and not state.pending and not state.drawn
    return silent and state.respond_by is not None and state.respond_by < on


def stream(number: str) -> str:
    """The stream of an order's facts; its first version makes order numbers unique."""
    return f"order/{number}"


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
            delivered_on=on,
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
            return replace(state, status="confirmed", confirmed_on=on, confirmation=event.reference)
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
    less = by_line(event.reduced)
    after = replace(
        state,
        drawn=add_lines(state.drawn, event.lines),
        lines=tuple(
            replace(line, amount=line.amount - less[line.number]) if line.number in less else line
            for line in state.lines
        ),
    )
    return refitted(after)
