"""Cancelling an order, some of its seats, or one of its sessions: what stays as the fee.

What the buyer cancels of a confirmed order costs what the agreement's tariff says, unless another
fee is stated with its reason; what the university cancels is released. Who has seats of another's
order and bears their cost cancels those alone. What the university has not confirmed it declines,
so that it goes to the next in rank. What is invoiced is not cancelled, and neither is what is owed:
see `owed`. A delivered order is owed whole, and is closed instead.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Literal, TypeVar

from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.events import (
    New,
    OrderCancelled,
    OrderLine,
    RoomMoved,
    SeatsCancelled,
    SessionCancelled,
)
from ledger.domain.given import Given
from ledger.domain.money import least_of, percentage, to_text
from ledger.domain.order.carriers import check_whose, require_bearers
from ledger.domain.order.commands import CancelOrder
from ledger.domain.order.faults import require_planned
from ledger.domain.order.may import bears_seats, own, require_status
from ledger.domain.order.owed import kept_lines, owed, owed_left
from ledger.domain.order.plan.commands import CancelSession
from ledger.domain.order.released import seats_released, session_released
from ledger.domain.order.room import enlarge
from ledger.domain.order.state import UNANSWERED, State, holding
from ledger.domain.position import left_by_line
from ledger.domain.refusals import (
    Amount,
    BelowInvoiced,
    Fault,
    FeeTooHigh,
    Invalid,
    TooManySeats,
)
from ledger.domain.regime import tariff_percent
from ledger.domain.sharing import Weight

C = TypeVar("C", CancelOrder, CancelSession)


def _own(command: C, given: Given) -> C:
    """What a supplier cancels is the supplier's, and free of any fee, whatever it says."""
    if given.by.role != "supplier":
        return command
    return replace(command, cancelled_by="supplier", fee=0)


def cancel(command: CancelOrder, state: State, given: Given) -> list[New]:
    """The fee stays committed, the rest is released.

    Raises NotAParty, WrongStatus, FeeTooHigh, Invalid; of seats also TooManySeats, TooFewSeats,
    BelowInvoiced.
    """
    of, command = agreement.named(given, state.agreement), _own(command, given)
    _require_theirs(command, state, given)
    if command.seats is not None:
        return _cancel_seats(command, command.seats, state, of, given)
    require_status(state, "cancel", by_supplier=command.cancelled_by == "supplier")
    starts_on = _starts_on(state)
    kept = kept_lines(
        state, owed(state), lambda sum_: _fee(command, sum_, starts_on, state, of), state.lines
    )
    event = OrderCancelled(
        by=command.cancelled_by,
        fee=kept.fee,
        lines=kept.lines,
        reason=command.reason,
        percent=_tariff(command, starts_on, state, of),
    )
    return enlarge(state, given, event, command.on, "cancelled")


def _require_theirs(command: CancelOrder, state: State, given: Given) -> None:
    """An order is cancelled by who acts on it, the seats of a holder also by the holder. Raises
    NotAParty."""
    own_seats = command.seats is not None and command.cancelled_by == "buyer"
    if own_seats and command.holder in (None, given.by.organisation):
        bears_seats(state, given)
    else:
        own(state, given)


def _cancel_seats(
    command: CancelOrder, seats: int, state: State, of: agreement.State, given: Given
) -> list[New]:
    require_status(state, "cancel seats of", by_supplier=command.cancelled_by == "supplier")
    sold = [line for line in state.lines if line.quantity and line.unit_price is not None]
    chosen = [line for line in sold if command.line in (None, line.number)]
    if len(chosen) != 1:
        raise Invalid(Fault(pointer="/line", sentence="Name the line whose seats are cancelled."))
    line = chosen[0]
    quantity = line.quantity or 0
    if seats > quantity:
        raise TooManySeats(line=line.number, quantity=quantity, asked=seats)
    starts_on = _starts_on(state)
    left = seats_released(
        state, line.number, seats, lambda sum_: _fee(command, sum_, starts_on, state, of)
    )
    check_whose(state, command.holder, seats)
    _require_left(state, line, left.released)
    event = SeatsCancelled(
        line=line.number,
        seats=seats,
        fee=left.fee,
        released=left.released,
        lines=left.lines,
        reason=command.reason,
        holder=command.holder,
        borne_by=command.holder if left.fee and state.split is not None else None,
        percent=_tariff(command, starts_on, state, of),
    )
    facts = enlarge(state, given, event, command.on, "seats-cancelled")
    if given.by.organisation == command.holder != state.buyer:
        require_bearers(state, of, _who_bears_more(facts), given.by, command.on)
    return facts


def _who_bears_more(facts: Sequence[New]) -> list[Weight]:
    """Whose part of the cost becomes larger, and by how much."""
    change: Counter[str] = Counter()
    for new in facts:
        if isinstance(new.event, RoomMoved):
            for move in new.event.moves:
                change[move.dimensions.buyer] += move.use.total
    return [Weight(organisation=name, weight=ore) for name, ore in change.items() if ore > 0]


def _require_left(state: State, line: OrderLine, released: int) -> None:
    """Raises BelowInvoiced where more of a line is released than is neither invoiced nor owed."""
    left = left_by_line(holding(replace(state, counter=None))).get(line.number, 0)
    free = left - owed_left(state).get(line.number, 0)
    if released > free:
        raise BelowInvoiced(
            asked=Amount(line.amount - released, state.currency),
            invoiced=Amount(line.amount - free, state.currency),
        )


def cancel_session(command: CancelSession, state: State, given: Given) -> list[New]:
    """The session's amount is released but for the fee. Raises NotFound, WrongStatus, Invalid,
    SessionSettled, FeeTooHigh; BelowInvoiced where the session is invoiced: credit it first."""
    of, command = agreement.named(given, state.agreement), _own(command, given)
    require_status(state, "cancel a session of", by_supplier=command.cancelled_by == "supplier")
    session = require_planned(state, command.session)
    day = session.planned_on
    left = session_released(state, session.number, lambda sum_: _fee(command, sum_, day, state, of))
    _require_left(state, left.line, left.released)
    event = SessionCancelled(
        session=session.number,
        by=command.cancelled_by,
        fee=left.fee,
        released=left.released,
        lines=left.lines,
        reason=command.reason,
        percent=_tariff(command, day, state, of),
    )
    return enlarge(state, given, event, command.on, "session-cancelled")


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
    if (
        of.policy_on(command.on).tariff
        and due is not None
        and fee != due
        and not command.reason.strip()
    ):
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
    """The tariff's fee, in öre; None where it cannot be told."""
    percent = _percent(by, on, starts_on, state, of)
    return None if percent is None else percentage(cancelled, percent, least_of(of.currency))


def _tariff(
    command: CancelOrder | CancelSession, starts_on: date | None, state: State, of: agreement.State
) -> int | None:
    """What the tariff takes of what is cancelled; None where the fee is stated."""
    if command.fee is not None:
        return None
    return _percent(command.cancelled_by, command.on, starts_on, state, of)


def _percent(
    by: Literal["buyer", "supplier"],
    on: date,
    starts_on: date | None,
    state: State,
    of: agreement.State,
) -> int | None:
    """What the tariff takes; None where it cannot be told. What nobody has confirmed costs nothing,
    nor does what the university cancels."""
    tariff = of.policy_on(on).tariff
    if not tariff or by == "supplier" or state.status in UNANSWERED:
        return 0
    if starts_on is None:
        return None
    return tariff_percent(tariff, (starts_on - on).days)
