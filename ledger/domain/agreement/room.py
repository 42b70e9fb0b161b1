"""Room under the cap and the other limits: whether there is any, and the facts when it moves."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, get_args

from ledger.domain import limits as rule
from ledger.domain.agreement.state import State, stream
from ledger.domain.binding import EFFECTS, SPEAKS
from ledger.domain.events import New, RoomMoved, RoomReserved, ThresholdCrossed
from ledger.domain.limits import Fullest, Limit, Move
from ledger.domain.refusals import AgreementNotOpen, LimitOver, OutsideTerm

NoOrders = Literal["suspended", "closed", "voided", "not-begun", "ended"]
NO_ORDERS: tuple[str, ...] = get_args(NoOrders)
"""Why an agreement takes no order on a day."""


def no_orders(state: State, on: date) -> NoOrders | None:
    """Why an agreement takes no order on a day; None where it does."""
    if state.status != "active":
        return state.status
    if on < state.starts_on:
        return "not-begun"
    return "ended" if on > state.ends_on else None


def require_open(state: State) -> None:
    """Raises AgreementNotOpen unless orders can be placed or enlarged."""
    if state.status != "active":
        raise AgreementNotOpen(agreement=state.number, status=state.status)


def require_within_term(state: State, on: date) -> None:
    """Raises OutsideTerm unless orders can be placed or enlarged on a day; the last one counts."""
    if not state.starts_on <= on <= state.ends_on:
        raise OutsideTerm(
            agreement=state.number, starts_on=state.starts_on, ends_on=state.ends_on, ordered_on=on
        )


def require_takes(state: State, on: date) -> None:
    """What makes an order larger is an order. Raises AgreementNotOpen, OutsideTerm."""
    require_open(state)
    require_within_term(state, on)


def is_larger(state: State, moves: Sequence[Move]) -> bool:
    """Whether moves ask for more than before: of money, or of seats where a limit counts them."""
    units = {limit.unit for limit in state.limits}
    return any(sum(move.of(unit).total for move in moves) > 0 for unit in units)


def check_limits(
    state: State,
    moves: Sequence[Move],
    on: date,
    *,
    asked: Sequence[Move] | None = None,
) -> tuple[str, ...]:
    """Names of the soft limits that moves from a day on pass. Raises CapExceeded where a hard one
    is."""
    hard, soft = limits_passed(state, moves, on, asked=asked)
    rule.refuse_if_passed(hard)
    return tuple(over.limit for over in soft)


def limits_passed(
    state: State,
    moves: Sequence[Move],
    on: date,
    *,
    asked: Sequence[Move] | None = None,
) -> tuple[tuple[LimitOver, ...], tuple[LimitOver, ...]]:
    """Hard and soft limits that moves from a day on pass, on any day from then on; without
    refusing: an invoice has come."""
    return rule.passed(
        state.limits, state.totals, state.days, moves, on, state.currency, asked=asked
    )


def fullest_from(
    state: State, limit: Limit, since: date, effects: Sequence[str] = EFFECTS
) -> Fullest | None:
    """The day from `since` on on which least is left of a limit, of those on which it has one of
    the effects; None where it has no amount."""
    later = rule.changed_after(limit, state.totals, state.days, since)
    used = rule.used(limit, state.totals).total - sum(ore for _, ore in later)
    return rule.fullest(limit, used, later, since, effects)


def below_use_flags(before: State, after: State, since: date) -> tuple[str, ...]:
    """Which limits an amendment sets below what is in use, on any day from its own on: the parties
    agreed, so it is said and not refused."""
    known = {limit.name: fullest_from(before, limit, since, SPEAKS) for limit in before.limits}
    found = []
    for limit in after.limits:
        was, now = known.get(limit.name), fullest_from(after, limit, since, SPEAKS)
        if now is None or now.left >= 0:
            continue
        if was is None or now.left < was.left:
            found.append(f"below-use:{limit.name}")
    return tuple(found)


def move_room(state: State, event: RoomReserved | RoomMoved, on: date) -> list[New]:
    """The facts for money that moves, with each threshold that use thereby rises past."""
    name = stream(state.number)
    facts = [New(name, event, on)]
    for limit in state.limits:
        asked = rule.moved_of(limit, event.moves)
        if asked > 0:
            after = rule.used(limit, state.totals).total + asked
            facts += [New(name, said, on) for said in _crossed(state, limit, after, on)]
    return facts


def thresholds_due(state: State, on: date) -> tuple[ThresholdCrossed, ...]:
    """Thresholds that use is past without having risen: a limit became less, or an alert was added.

    A new amount makes them anew from the day on which it takes effect.
    """
    return tuple(
        said
        for limit in state.limits
        for said in _crossed(state, limit, rule.used(limit, state.totals).total, on)
    )


def _crossed(state: State, limit: Limit, used: int, on: date) -> Iterator[ThresholdCrossed]:
    amount = limit.amount_on(on)
    if not amount or limit.amount is None:
        return
    for percent in sorted(set(state.policy_on(on).alerts)):
        if used * 100 >= amount * percent and (limit.name, percent, amount) not in state.crossed:
            yield ThresholdCrossed(
                limit=limit.name, percent=percent, used=used, amount=amount, unit=limit.unit
            )
