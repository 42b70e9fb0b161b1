"""The way of an order that its supplier did not take to the next supplier in rank."""

from datetime import date

from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.events import (
    NOBODY,
    AgreementEvent,
    CounterRejected,
    New,
    OrderDeclined,
    OrderLapsed,
    OrderPassedOn,
)
from ledger.domain.given import Given
from ledger.domain.order.evolve import evolve
from ledger.domain.order.notices import notice_flags
from ledger.domain.order.room import over_limit_flags, with_moves
from ledger.domain.order.state import State, holding
from ledger.domain.order.supplier.last_day import last_day_to_answer
from ledger.domain.position import moves
from ledger.domain.selection import OVER_LIMIT, PassedOver

Ending = OrderDeclined | OrderLapsed | CounterRejected
"""What its supplier did not take."""


def end_or_pass_on(state: State, given: Given, event: Ending, on: date, cause: str) -> list[New]:
    """The fact that ends the order with its supplier, and its way to the next one, if there is one.

    The room is released from the one and reserved for the other, so that each fact of the
    agreement is about one supplier. Nothing that is invoiced changes hands, and nothing is ordered
    anew under an agreement that is not active, or whose term is over: such an order ends.
    """
    of = agreement.named(given, state.agreement)
    day = state.counts_from(on)
    open_ = of.status == "active" and day <= of.ends_on
    if not open_ or state.drawn or state.pending or state.supplier not in _ranking(of, day):
        return with_moves(state, of, event, on, cause)
    after = evolve(state, event, day, NOBODY)
    passing, over = _to_next(state, after, of, day, given.today)
    if passing is None:
        return with_moves(state, of, replace(event, passed_over=over), on, cause)
    ended = with_moves(state, of, event, on, cause)
    for new in ended:
        if isinstance(new.event, AgreementEvent):
            of = agreement.evolve(of, new.event, new.effective_on, NOBODY)
    return [*ended, *with_moves(after, of, passing, day, "passed-on")]


def _ranking(of: agreement.State, day: date) -> tuple[str, ...]:
    selection = agreement.selection_on(of, day)
    return selection.ranking if selection and selection.method == "ranking" else ()


def _to_next(
    before: State, after: State, of: agreement.State, day: date, today: date
) -> tuple[OrderPassedOn | None, tuple[PassedOver, ...]]:
    """The passing on to the first in rank below whose own limits have room; None: to nobody.

    With those in between that have none; who had it before is not asked again. Who gets it has as
    many days for an answer as the first had, from the day on which it is passed on.
    """
    ranking = _ranking(of, day)
    had = {one.supplier for one in before.earlier}
    days = of.policy_on(day).answer_days if before.answer_days is None else before.answer_days
    respond_by = last_day_to_answer(of, day, today, days)
    over: tuple[PassedOver, ...] = ()
    below = ranking[ranking.index(before.supplier) + 1 :]
    for name in (name for name in below if name not in had):
        event = OrderPassedOn(
            giver=before.supplier, supplier=name, respond_by=respond_by, passed_over=over
        )
        # By what moves in all: limits that count both suppliers are no fuller than they were.
        passed = evolve(after, event, day, NOBODY)
        moved = moves(holding(before), holding(passed))
        hard, soft = agreement.limits_passed(of, moved, day)
        if not hard:
            flags = over_limit_flags(tuple(one.limit for one in soft))
            return replace(event, flags=(*flags, *notice_flags(passed))), over
        over += (PassedOver(supplier=name, reason=f"{OVER_LIMIT}{hard[0].limit}"),)
    return None, over
