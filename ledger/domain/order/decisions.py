"""The course order: placed under the cap, answered by the university, delivered, invoiced, closed.

A decision looks at the order and its agreement together and answers with facts for both.
"""

from collections.abc import Callable
from datetime import date
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.events import (
    NOBODY,
    By,
    CounterAccepted,
    CounterRejected,
    LineAmount,
    New,
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
    OrderLine,
    OrderPlaced,
    OrderStarted,
    RoomMoved,
    RoomReserved,
    SeatsCancelled,
)
from ledger.domain.limits import Move
from ledger.domain.money import split
from ledger.domain.order.faults import (
    LineTerms,
    check_dates,
    check_parties,
    check_term,
    only_supplier,
    written_lines,
)
from ledger.domain.position import Holding, add_lines, by_line, left_by_line, moves, ordered
from ledger.domain.refusals import (
    Amount,
    BelowInvoiced,
    Fault,
    FeeTooHigh,
    Invalid,
    TooManySeats,
    WrongStatus,
)

Status = Literal[
    "placed", "countered", "confirmed", "started", "delivered", "cancelled", "declined", "closed"
]
UNANSWERED = ("placed", "countered")
OPEN = ("confirmed", "started", "delivered")
ENDED = ("cancelled", "declined", "closed")


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """What the university offered instead."""

    lines: tuple[OrderLine, ...]
    reason: str = ""
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """An order as its facts so far make it. `drawn` and `pending` are öre by line."""

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
    seats_used: int | None = None
    credits_awarded: int | None = None
    moved_on: date

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
        open=state.status not in ("declined", "closed"),
        drawn=state.drawn,
        pending=state.pending,
    )


# ── What has happened ─────────────────────────────────────────────────────────────────────────


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
            seats_used=event.seats_used,
            credits_awarded=event.credits_awarded,
        )
    state = replace(state, moved_on=max(state.moved_on, on))
    match event:
        case OrderConfirmed():
            return replace(state, status="confirmed", confirmed_on=on, confirmation=event.reference)
        case OrderDeclined() | CounterRejected():
            return replace(state, status="declined", counter=None, reason=event.reason)
        case OrderCountered():
            offer = Counter(
                lines=event.lines,
                reason=event.reason,
                seats=event.seats,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
            )
            return replace(state, status="countered", counter=offer, flags=event.flags)
        case CounterAccepted():
            return _counter_accepted(state, event, on)
        case OrderChanged():
            return replace(
                state,
                lines=event.lines,
                seats=event.seats,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                flags=event.flags,
            )
        case SeatsCancelled():
            seats = None if state.seats is None else max(0, state.seats - event.seats)
            return replace(state, lines=event.lines, seats=seats)
        case OrderCancelled():
            return replace(
                state, status="cancelled", lines=event.lines, counter=None, reason=event.reason
            )
        case OrderClosed():
            return replace(state, status="closed", counter=None, reason=event.reason)
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
    )


def _counter_accepted(state: State, event: CounterAccepted, on: date) -> State:
    offer = state.counter
    assert offer is not None, "an accepted counter-offer was made before"
    return replace(
        state,
        status="confirmed",
        confirmed_on=on,
        confirmation=event.reference,
        lines=offer.lines,
        seats=offer.seats if offer.seats is not None else state.seats,
        starts_on=offer.starts_on or state.starts_on,
        ends_on=offer.ends_on or state.ends_on,
        counter=None,
    )


def _credited(state: State, event: OrderCredited) -> State:
    less = by_line(event.reduced)
    return replace(
        state,
        drawn=add_lines(state.drawn, event.lines),
        lines=tuple(
            replace(line, amount=line.amount - less[line.number]) if line.number in less else line
            for line in state.lines
        ),
    )


# ── Commands ──────────────────────────────────────────────────────────────────────────────────


class PlaceOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Order a course. Line amounts in öre, excluding VAT."""

    agreement: str
    buyer: str
    course: str
    lines: tuple[LineTerms, ...]
    ordered_on: date
    supplier: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    respond_by: date | None = None
    unit: str = ""
    challenge: str = ""
    reference: str = ""
    credits: str | None = None
    seats: int | None = None


class ConfirmOrder(msgspec.Struct, frozen=True, kw_only=True):
    order: str
    on: date
    reference: str = ""


class DeclineOrder(msgspec.Struct, frozen=True, kw_only=True):
    order: str
    on: date
    reason: str


class CounterOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Offer something else instead."""

    order: str
    on: date
    lines: tuple[LineTerms, ...]
    reason: str = ""
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class AcceptCounter(msgspec.Struct, frozen=True, kw_only=True):
    order: str
    on: date
    reference: str = ""


class RejectCounter(msgspec.Struct, frozen=True, kw_only=True):
    order: str
    on: date
    reason: str


class ChangeOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The order as it shall read, whole; None keeps what is there."""

    order: str
    on: date
    reason: str
    lines: tuple[LineTerms, ...] | None = None
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class CancelOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Cancel `seats` of `line`, or, without them, the whole order. `fee` in öre stays committed."""

    order: str
    on: date
    fee: int = 0
    seats: int | None = None
    line: int | None = None
    cancelled_by: Literal["buyer", "supplier"] = "buyer"
    reason: str = ""


class StartOrder(msgspec.Struct, frozen=True, kw_only=True):
    order: str
    on: date


class DeliverOrder(msgspec.Struct, frozen=True, kw_only=True):
    order: str
    on: date
    seats_used: int
    credits_awarded: int | None = None


class CloseOrder(msgspec.Struct, frozen=True, kw_only=True):
    order: str
    on: date
    reason: str = ""


# ── Decisions ─────────────────────────────────────────────────────────────────────────────────


def stream(number: str) -> str:
    return f"order/{number}"


def place(command: PlaceOrder, of: agreement.State, today: date, by: By) -> list[New]:
    """Raises Invalid, AgreementNotOpen, OutsideTerm, NotEntitled, NotAParty, CapExceeded."""
    supplier = command.supplier or _only_one(of)
    lines = written_lines(command.lines, command.starts_on or command.ordered_on)
    check_dates(command.starts_on, command.ends_on, command.ordered_on, command.respond_by)
    agreement.require_open(of)
    check_parties(of, command.buyer, supplier, by)
    check_term(of, command.ordered_on, command.ends_on)
    number = f"{of.number}-{of.orders + 1:04d}"
    event = OrderPlaced(
        agreement=of.number,
        number=number,
        buyer=command.buyer,
        supplier=supplier,
        currency=of.currency,
        course=command.course,
        lines=lines,
        ordered_on=command.ordered_on,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        respond_by=command.respond_by,
        unit=command.unit,
        challenge=command.challenge,
        reference=command.reference,
        credits=command.credits,
        seats=command.seats,
    )
    moved = moves(None, holding(_placed(event, command.ordered_on, by)))
    flags = agreement.check_limits(of, moved, (command.ordered_on, today))
    reserved = RoomReserved(order=number, sequence=of.orders + 1, moves=moved)
    return [
        New(stream(number), replace(event, flags=_over(flags)), command.ordered_on),
        *agreement.move_room(of, reserved, command.ordered_on),
    ]


def confirm(
    command: ConfirmOrder, state: State, of: agreement.State, today: date, by: By
) -> list[New]:
    """The limits are checked again: confirming is what binds. Raises CapExceeded, WrongStatus."""
    only_supplier(state.supplier, state.number, by)
    _require(state, ("placed",), "confirm")
    _check_again(state, of, (state.ordered_on, today))
    return with_moves(
        state, of, OrderConfirmed(reference=command.reference), command.on, "confirmed"
    )


def decline(command: DeclineOrder, state: State, of: agreement.State, by: By) -> list[New]:
    """Raises WrongStatus, NotAParty."""
    only_supplier(state.supplier, state.number, by)
    _require(state, UNANSWERED, "decline")
    return with_moves(state, of, OrderDeclined(reason=command.reason), command.on, "declined")


def counter(
    command: CounterOrder, state: State, of: agreement.State, today: date, by: By
) -> list[New]:
    """A higher offer needs room as an order does. Raises CapExceeded, WrongStatus, Invalid."""
    only_supplier(state.supplier, state.number, by)
    _require(state, UNANSWERED, "counter")
    lines = written_lines(command.lines, command.starts_on or state.starts_on or state.ordered_on)
    check_dates(command.starts_on, command.ends_on)
    check_term(of, None, command.ends_on)
    _not_below_invoiced(state, lines)
    event = OrderCountered(
        lines=lines,
        reason=command.reason,
        seats=command.seats,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
    )
    return _enlarge(
        state, of, lambda flags: replace(event, flags=flags), command.on, today, "countered"
    )


def accept(
    command: AcceptCounter, state: State, of: agreement.State, today: date, by: By
) -> list[New]:
    """Raises WrongStatus, CapExceeded."""
    _require(state, ("countered",), "accept")
    event = CounterAccepted(reference=command.reference)
    after = evolve(state, event, command.on, by)
    _check_again(after, of, (state.ordered_on, today), before=state)
    return with_moves(state, of, event, command.on, "counter-accepted")


def reject(command: RejectCounter, state: State, of: agreement.State) -> list[New]:
    """Raises WrongStatus."""
    _require(state, ("countered",), "reject")
    return with_moves(
        state, of, CounterRejected(reason=command.reason), command.on, "counter-rejected"
    )


def change(command: ChangeOrder, state: State, of: agreement.State, today: date) -> list[New]:
    """Raises WrongStatus, BelowInvoiced, CapExceeded, Invalid."""
    _require(state, ("placed", *OPEN), "change")
    if all(
        part is None for part in (command.lines, command.seats, command.starts_on, command.ends_on)
    ):
        raise Invalid(Fault(pointer="", sentence="Nothing is changed."))
    starts_on = command.starts_on or state.starts_on
    lines = state.lines
    if command.lines is not None:
        lines = written_lines(command.lines, starts_on or state.ordered_on)
    check_dates(starts_on, command.ends_on or state.ends_on)
    check_term(of, None, command.ends_on)
    _not_below_invoiced(state, lines)
    event = OrderChanged(
        lines=lines,
        reason=command.reason,
        seats=command.seats if command.seats is not None else state.seats,
        starts_on=starts_on,
        ends_on=command.ends_on or state.ends_on,
    )
    return _enlarge(
        state, of, lambda flags: replace(event, flags=flags), command.on, today, "changed"
    )


def cancel(command: CancelOrder, state: State, of: agreement.State) -> list[New]:
    """Raises WrongStatus, TooManySeats, FeeTooHigh, Invalid."""
    if command.seats is not None:
        return _cancel_seats(command, command.seats, state, of)
    _require(state, (*UNANSWERED, *OPEN), "cancel")
    left = left_by_line(holding(replace(state, counter=None)))
    if command.fee > sum(left.values()):
        raise FeeTooHigh(
            fee=Amount(command.fee, state.currency),
            cancelled=Amount(sum(left.values()), state.currency),
        )
    invoiced = by_line((*state.drawn, *state.pending))
    weights = [left.get(line.number, 0) for line in state.lines]
    fees = split(command.fee, weights) if command.fee else (0,) * len(state.lines)
    event = OrderCancelled(
        by=command.cancelled_by,
        fee=command.fee,
        lines=tuple(
            replace(line, amount=max(0, invoiced.get(line.number, 0)) + fee)
            for line, fee in zip(state.lines, fees, strict=True)
        ),
        reason=command.reason,
    )
    return with_moves(state, of, event, command.on, "cancelled")


def _cancel_seats(command: CancelOrder, seats: int, state: State, of: agreement.State) -> list[New]:
    _require(state, ("placed", *OPEN), "cancel seats of")
    sold = [line for line in state.lines if line.quantity and line.unit_price is not None]
    chosen = [line for line in sold if command.line in (None, line.number)]
    if len(chosen) != 1:
        raise Invalid(Fault(pointer="/line", sentence="Name the line whose seats are cancelled."))
    line = chosen[0]
    quantity, price = line.quantity or 0, line.unit_price or 0
    if seats > quantity:
        raise TooManySeats(line=line.number, quantity=quantity, asked=seats)
    released = seats * price - command.fee
    if released < 0:
        raise FeeTooHigh(
            fee=Amount(command.fee, state.currency),
            cancelled=Amount(seats * price, state.currency),
        )
    less = replace(line, quantity=quantity - seats, amount=line.amount - released)
    if state.amount - released < state.invoiced:
        raise BelowInvoiced(
            asked=Amount(state.amount - released, state.currency),
            invoiced=Amount(state.invoiced, state.currency),
        )
    event = SeatsCancelled(
        line=line.number,
        seats=seats,
        fee=command.fee,
        released=released,
        lines=tuple(less if other.number == line.number else other for other in state.lines),
        reason=command.reason,
    )
    return with_moves(state, of, event, command.on, "seats-cancelled")


def start(command: StartOrder, state: State) -> list[New]:
    """Raises WrongStatus."""
    _require(state, ("confirmed",), "start")
    return [New(stream(state.number), OrderStarted(), command.on)]


def deliver(command: DeliverOrder, state: State) -> list[New]:
    """Raises WrongStatus, Invalid."""
    _require(state, ("confirmed", "started"), "report delivery of")
    faults = []
    if state.seats is not None and command.seats_used > state.seats:
        faults.append(
            Fault(
                pointer="/seats_used",
                sentence="The order has {seats} seat(s).",
                figures={"seats": str(state.seats)},
            )
        )
    if command.credits_awarded is not None and command.credits_awarded > command.seats_used:
        faults.append(
            Fault(
                pointer="/credits_awarded",
                sentence="More participants were awarded credits than used a seat.",
            )
        )
    if faults:
        raise Invalid(*faults)
    event = OrderDelivered(seats_used=command.seats_used, credits_awarded=command.credits_awarded)
    return [New(stream(state.number), event, command.on)]


def close(command: CloseOrder, state: State, of: agreement.State) -> list[New]:
    """What was not invoiced is released. Raises WrongStatus."""
    _require(state, (*OPEN, "cancelled"), "close")
    released = sum(left_by_line(holding(state)).values())
    event = OrderClosed(released=released, reason=command.reason)
    return with_moves(state, of, event, command.on, "closed")


# ── How a fact on an order moves the agreement's money ────────────────────────────────────────


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
    day = max(on, state.moved_on)
    moved = _moves_of(state, event, day)
    facts = [New(stream(state.number), event, day)]
    if moved:
        moving = RoomMoved(order=state.number, cause=cause, moves=moved, drawdown=drawdown)
        facts += agreement.move_room(of, moving, day)
    return facts


def _moves_of(state: State, event: OrderEvent, day: date) -> tuple[Move, ...]:
    after = evolve(state, event, day, NOBODY)
    return moves(holding(state), holding(after))


def _enlarge(
    state: State,
    of: agreement.State,
    event: "Callable[[tuple[str, ...]], OrderEvent]",
    on: date,
    today: date,
    cause: str,
) -> list[New]:
    """Facts for an event that may need more room; soft limits that it passes become its flags."""
    asked = _moves_of(state, event(()), on)
    if sum(move.use.total for move in asked) > 0:
        agreement.require_open(of)
    flags = agreement.check_limits(of, asked, (max(on, state.ordered_on), today))
    return with_moves(state, of, event(_over(flags)), on, cause)


def _check_again(
    state: State, of: agreement.State, days: tuple[date, date], before: State | None = None
) -> None:
    """Judge the order's whole amount once more, as when it was placed."""
    held = moves(None, holding(before or state))
    change = moves(holding(before), holding(state)) if before else ()
    agreement.check_limits(of, change, days, asked=held)


def _over(limits: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"over-limit:{name}" for name in limits)


def _only_one(of: agreement.State) -> str:
    if len(of.suppliers) > 1:
        raise Invalid(
            Fault(pointer="/supplier", sentence="The agreement has several suppliers: name one.")
        )
    return of.suppliers[0].organisation


def _not_below_invoiced(state: State, lines: tuple[OrderLine, ...]) -> None:
    """Raises BelowInvoiced where lines that are invoiced would go, or the whole be less."""
    invoiced = {part.line for part in (*state.drawn, *state.pending)}
    if ordered(lines) < state.invoiced or not invoiced <= {line.number for line in lines}:
        raise BelowInvoiced(
            asked=Amount(ordered(lines), state.currency),
            invoiced=Amount(state.invoiced, state.currency),
        )


def _require(state: State, statuses: tuple[str, ...], action: str) -> None:
    if state.status not in statuses:
        raise WrongStatus(
            name=state.number, status=state.status, action=action, needed=" / ".join(statuses)
        )
