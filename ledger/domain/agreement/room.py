"""Room under the cap and the other limits: whether there is any, and the facts when it moves."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ledger.domain import limits as rule
from ledger.domain.agreement.state import State, stream
from ledger.domain.events import New, RoomMoved, RoomReserved, ThresholdCrossed
from ledger.domain.limits import Limit, Move, Total
from ledger.domain.refusals import AgreementNotOpen, LimitOver


def require_open(state: State) -> None:
    """Raises AgreementNotOpen unless orders can be placed or enlarged."""
    if state.status != "active":
        raise AgreementNotOpen(agreement=state.number, status=state.status)


def check_limits(
    state: State,
    moves: Sequence[Move],
    days: Sequence[date],
    *,
    asked: Sequence[Move] | None = None,
) -> tuple[str, ...]:
    """Names of the soft limits that the moves pass. Raises CapExceeded where a hard one is."""
    hard, soft = rule.passed(state.limits, state.totals, moves, days, state.currency, asked=asked)
    rule.refuse_if_passed(hard)
    return tuple(over.limit for over in soft)


def limits_passed(
    state: State, moves: Sequence[Move], days: Sequence[date]
) -> tuple[LimitOver, ...]:
    """Hard and soft limits that the moves pass, without refusing: for invoices, which have come."""
    hard, soft = rule.passed(state.limits, state.totals, moves, days, state.currency)
    return (*hard, *soft)


def move_room(state: State, event: RoomReserved | RoomMoved, on: date) -> list[New]:
    """The facts for money that moves, with each threshold that use thereby rises past."""
    name = stream(state.number)
    facts = [New(name, event, on)]
    after: tuple[Total, ...] | None = None
    for limit in state.limits:
        if sum(move.use.total for move in event.moves if limit.matches(move.dimensions)) > 0:
            after = after or rule.add(state.totals, event.moves)
            facts += [New(name, said, on) for said in _crossed(state, limit, after, on)]
    return facts


def thresholds_due(state: State, on: date) -> tuple[ThresholdCrossed, ...]:
    """Thresholds that use is past without having risen: a limit became less, or an alert was added.

    A new amount makes them anew from the day on which it takes effect.
    """
    return tuple(
        said for limit in state.limits for said in _crossed(state, limit, state.totals, on)
    )


def _crossed(
    state: State, limit: Limit, totals: Iterable[Total], on: date
) -> Iterator[ThresholdCrossed]:
    amount = limit.amount_on(on)
    if not amount or limit.amount is None:
        return
    used = rule.used(limit, totals).total
    for percent in sorted(set(state.policy.alerts)):
        if used * 100 >= amount * percent and (limit.name, percent, amount) not in state.crossed:
            yield ThresholdCrossed(limit=limit.name, percent=percent, used=used, amount=amount)
