"""Cancelling an order, some of its seats, or one of its sessions: what stays as the fee.

What the buyer cancels of a confirmed order costs what the agreement's tariff says, unless another
fee is stated with its reason; what the university cancels is released. What the university has not
confirmed it declines, so that it goes to the next in rank. What is invoiced, and what was held, is
not cancelled.
"""

from datetime import date
from typing import Literal, TypeVar

from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.events import (
    NOBODY,
    New,
    OrderCancelled,
    OrderLine,
    SeatsCancelled,
    SessionCancelled,
)
from ledger.domain.given import Given
from ledger.domain.money import percentage, split, to_text
from ledger.domain.order.carriers import check_whose
from ledger.domain.order.commands import CancelOrder
from ledger.domain.order.evolve import evolve
from ledger.domain.order.faults import require_planned
from ledger.domain.order.may import require_status
from ledger.domain.order.notices import notice_flags
from ledger.domain.order.plan.commands import CancelSession
from ledger.domain.order.plan.price import resized, sessions_on
from ledger.domain.order.room import with_moves
from ledger.domain.order.state import UNANSWERED, State, holding
from ledger.domain.position import by_line, left_by_line
from ledger.domain.refusals import (
    Amount,
    BelowInvoiced,
    Fault,
    FeeTooHigh,
    Invalid,
    TooManySeats,
)
from ledger.domain.regime import tariff_percent

C = TypeVar("C", CancelOrder, CancelSession)


def _own(command: C, given: Given) -> C:
    """What a supplier cancels is the supplier's, and free of any fee, whatever it says."""
    if given.by.role != "supplier":
        return command
    return replace(command, cancelled_by="supplier", fee=0)


def cancel(command: CancelOrder, state: State, given: Given) -> list[New]:
    """The fee stays committed, the rest is released.

    Raises WrongStatus, FeeTooHigh, Invalid; of seats also TooManySeats, TooFewSeats, BelowInvoiced.
    """
    of, command = agreement.named(given, state.agreement), _own(command, given)
    if command.seats is not None:
        return _cancel_seats(command, command.seats, state, of)
    require_status(state, "cancel", by_supplier=command.cancelled_by == "supplier")
    invoiced = by_line((*state.drawn, *state.pending))
    left = left_by_line(holding(replace(state, counter=None)))
    held = _held_not_invoiced(state, invoiced, left)
    weights = [left.get(line.number, 0) - held[line.number] for line in state.lines]
    fee = _fee(command, sum(weights), _starts_on(state), state, of)
    fees = split(fee, weights) if fee else (0,) * len(state.lines)
    event = OrderCancelled(
        by=command.cancelled_by,
        fee=fee,
        lines=tuple(
            replace(line, amount=max(0, invoiced.get(line.number, 0)) + held[line.number] + part)
            for line, part in zip(state.lines, fees, strict=True)
        ),
        reason=command.reason,
    )
    return with_moves(state, of, event, command.on, "cancelled")


def _cancel_seats(command: CancelOrder, seats: int, state: State, of: agreement.State) -> list[New]:
    require_status(state, "cancel seats of", by_supplier=command.cancelled_by == "supplier")
    sold = [line for line in state.lines if line.quantity and line.unit_price is not None]
    chosen = [line for line in sold if command.line in (None, line.number)]
    if len(chosen) != 1:
        raise Invalid(Fault(pointer="/line", sentence="Name the line whose seats are cancelled."))
    line = chosen[0]
    quantity = line.quantity or 0
    if seats > quantity:
        raise TooManySeats(line=line.number, quantity=quantity, asked=seats)
    cancelled = _worth(state, line, seats)
    fee = _fee(command, cancelled, _starts_on(state), state, of)
    released = cancelled - fee
    less = replace(line, quantity=quantity - seats, amount=line.amount - released)
    check_whose(state, command.holder, seats)
    if state.amount - released < state.invoiced:
        raise BelowInvoiced(
            asked=Amount(state.amount - released, state.currency),
            invoiced=Amount(state.invoiced, state.currency),
        )
    event = SeatsCancelled(
        line=line.number,
        seats=seats,
        fee=fee,
        released=released,
        lines=_with(state, less),
        reason=command.reason,
        holder=command.holder,
    )
    event = replace(event, flags=notice_flags(evolve(state, event, command.on, NOBODY)))
    return with_moves(state, of, event, command.on, "seats-cancelled")


def _worth(state: State, line: OrderLine, seats: int) -> int:
    """What so many seats of a line still cost, in öre: their price, and at most their part of what
    the line counts for without what was held. After a credit that is less than the price."""
    quantity, price = line.quantity or 0, line.unit_price or 0
    invoiced = by_line((*state.drawn, *state.pending))
    left = left_by_line(holding(replace(state, counter=None)))
    held = _held_not_invoiced(state, invoiced, left)[line.number]
    theirs = (line.amount - held) * seats // max(1, quantity)
    return max(0, min(seats * price, theirs))


def cancel_session(command: CancelSession, state: State, given: Given) -> list[New]:
    """The session's amount is released but for the fee. Raises NotFound, WrongStatus, Invalid,
    SessionSettled, FeeTooHigh; BelowInvoiced where the session is invoiced: credit it first."""
    of, command = agreement.named(given, state.agreement), _own(command, given)
    require_status(state, "cancel a session of", by_supplier=command.cancelled_by == "supplier")
    session = require_planned(state, command.session)
    fee = _fee(command, session.amount, session.planned_on, state, of)
    released = session.amount - fee
    left = left_by_line(holding(state)).get(session.line, 0)
    (line,) = (line for line in state.lines if line.number == session.line)
    if released > left:
        raise BelowInvoiced(
            asked=Amount(line.amount - released, state.currency),
            invoiced=Amount(line.amount - left, state.currency),
        )
    event = SessionCancelled(
        session=session.number,
        by=command.cancelled_by,
        fee=fee,
        released=released,
        lines=_with(state, resized(line, -released, sessions_on(state, line.number))),
        reason=command.reason,
    )
    event = replace(event, flags=notice_flags(evolve(state, event, command.on, NOBODY)))
    return with_moves(state, of, event, command.on, "session-cancelled")


def _with(state: State, line: OrderLine) -> tuple[OrderLine, ...]:
    return tuple(line if other.number == line.number else other for other in state.lines)


def _held_not_invoiced(
    state: State, invoiced: dict[int, int], left: dict[int, int]
) -> dict[int, int]:
    """What was held and is still to be invoiced, in öre by line: it is owed whatever follows."""
    held = dict.fromkeys((line.number for line in state.lines), 0)
    for one in state.sessions:
        held[one.line] += one.amount if one.status != "planned" else 0
    return {
        number: min(max(0, amount - max(0, invoiced.get(number, 0))), left.get(number, 0))
        for number, amount in held.items()
    }


def _starts_on(state: State) -> date | None:
    days = [one.planned_on for one in state.sessions if one.status != "cancelled"]
    return state.starts_on or min(days, default=None)


def _fee(
    command: CancelOrder | CancelSession,
    cancelled: int,
    starts_on: date | None,
    state: State,
    of: agreement.State,
) -> int:
    """The fee that is stated, else that of the tariff, for `cancelled` öre.

    Raises Invalid where there is none to state, a stated one differs from the tariff's without a
    reason, or none can be told because no start is known; FeeTooHigh.
    """
    due = _due(command.cancelled_by, command.on, cancelled, starts_on, state, of)
    fee = command.fee
    if fee is None:
        if due is None:
            sentence = "State the fee: without a start of the course the tariff tells none."
            raise Invalid(Fault(pointer="/fee", sentence=sentence))
        return due
    if fee > cancelled:
        raise FeeTooHigh(
            fee=Amount(fee, state.currency), cancelled=Amount(cancelled, state.currency)
        )
    if fee and command.cancelled_by == "supplier":
        sentence = "What the university cancels has no fee."
        raise Invalid(Fault(pointer="/fee", sentence=sentence))
    if fee and state.status in UNANSWERED:
        sentence = "What the university has not confirmed has no fee."
        raise Invalid(Fault(pointer="/fee", sentence=sentence))
    if of.policy.tariff and due is not None and fee != due and not command.reason.strip():
        fault = Fault(
            pointer="/reason",
            sentence="The tariff gives a fee of {fee}: say why it is another.",
            figures={"fee": to_text(due)},
        )
        raise Invalid(fault)
    return fee


def _due(
    by: Literal["buyer", "supplier"],
    on: date,
    cancelled: int,
    starts_on: date | None,
    state: State,
    of: agreement.State,
) -> int | None:
    """The tariff's fee; None where it cannot be told. What nobody has confirmed costs nothing."""
    if not of.policy.tariff or by == "supplier" or state.status in UNANSWERED:
        return 0
    if starts_on is None:
        return None
    return percentage(cancelled, tariff_percent(of.policy.tariff, (starts_on - on).days))
