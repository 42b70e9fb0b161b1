"""What cancelled seats, or a cancelled session, leave of their line: the fee, and what is free."""

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain.events import OrderLine
from ledger.domain.money import least_of
from ledger.domain.order.owed import owed
from ledger.domain.order.plan.price import resized, sessions_on
from ledger.domain.order.plan.schedule import fees_in
from ledger.domain.order.state import State


class Released(NamedTuple):
    """The fee, what is released (öre), the line that it is of as it was, and the lines after."""

    fee: int
    released: int
    line: OrderLine
    lines: tuple[OrderLine, ...]


def seats_released(state: State, number: int, seats: int, fee_of: Callable[[int], int]) -> Released:
    """Of so many seats of a line. `fee_of` says the fee of what is cancelled, in öre."""
    line = next(one for one in state.lines if one.number == number)
    cancelled = _worth(state, line, seats)
    fee = fee_of(cancelled)
    released = cancelled - fee
    quantity = (line.quantity or 0) - seats
    less = replace(line, quantity=quantity, amount=line.amount - released)
    return Released(fee, released, line, _with(state, less))


def _worth(state: State, line: OrderLine, seats: int) -> int:
    """What so many seats of a line still cost, in öre: their price, and at most their part of what
    the line counts for without what is owed of it. After a credit that is less than the price."""
    quantity, price = line.quantity or 0, line.unit_price or 0
    theirs = (line.amount - owed(state)[line.number]) * seats // max(1, quantity)
    return max(0, min(seats * price, theirs))


def session_released(state: State, number: int, fee_of: Callable[[int], int]) -> Released:
    """Of a session that is still to come; its part of earlier fees stays."""
    session = next(one for one in state.sessions if one.number == number)
    cancelled = session.amount - fees_in(
        state.fees, state.sessions, number, least_of(state.currency)
    )
    fee = fee_of(cancelled)
    released = cancelled - fee
    line = next(one for one in state.lines if one.number == session.line)
    less = resized(line, -released, sessions_on(state, line.number))
    return Released(fee, released, line, _with(state, less))


def _with(state: State, line: OrderLine) -> tuple[OrderLine, ...]:
    return tuple(line if other.number == line.number else other for other in state.lines)
