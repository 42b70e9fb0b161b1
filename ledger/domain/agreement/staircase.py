"""What each amendment changed of the cap, read from the staircase of its amounts.

An amendment's own size is what the cap was worth from its day on, less what it was worth just
before. What is in force is worth its amount by the tolerance that was signed: with that tolerance
left as it is, the amounts themselves, so that size and original value are one measure; another
tolerance is worth as much as the amount that would bind alike. So 10 % is 10 %, whatever was
signed. It does not matter in which order amendments are recorded: one that is put in before others
is judged with them, each later one measured anew.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain.agreement.state import State
from ledger.domain.limits import Limit
from ledger.domain.refusals import GroundNotUsable, LaterNotCovered, NotCovered
from ledger.domain.regime import Change, judge_amendment

Worth = Callable[[int | None, int], int | None]
"""What an amount is worth with a tolerance, in öre; None where it is unknown."""


class Step(NamedTuple):
    """An amendment, and what it changed in öre; None where it changed no amount that is known."""

    change: Change
    size: int | None


def measured(cap: Limit, signed_tolerance: int, changes: Sequence[Change]) -> tuple[Step, ...]:
    """The covered amendments in the order of their days, each with its size.

    Of a cap that was unknown it is since it was last known. Of two for one day each has what it
    changed itself; a difference that an earlier version added is its own.
    """
    found: list[Step] = []
    tolerance, stairs = signed_tolerance, cap.staircase
    worth = partial(_worth, signed_tolerance)
    covered = sorted((one for one in changes if one.covered), key=_day)
    for day, some in groupby(covered, key=_day):
        known = [amount for since, amount in stairs if since < day and amount is not None]
        amount = known[-1] if known else cap.amounts[0].amount
        steps = _one_by_one(list(some), amount, tolerance, worth)
        was, tolerance = worth(amount, tolerance), _tolerance_after(steps, tolerance)
        now = worth(cap.amount_on(day), tolerance)
        found += _adding_up(steps, None if was is None or now is None else now - was)
    return tuple(found)


def _day(change: Change) -> date:
    return change.on or date.min


def _worth(signed_tolerance: int, amount: int | None, tolerance: int) -> int | None:
    """The amount that would bind alike by the tolerance that was signed; öre are rounded up."""
    return None if amount is None else -(-amount * (100 + tolerance) // (100 + signed_tolerance))


def _tolerance_after(steps: Sequence[Step], tolerance: int) -> int:
    return next(
        (one.tolerance for one, _ in reversed(steps) if one.tolerance is not None), tolerance
    )


def _one_by_one(
    group: Sequence[Change], amount: int | None, tolerance: int, worth: Worth
) -> list[Step]:
    """A day's amendments, each by what it changed of what those recorded before it had made: of
    each ground its own, so that none hides behind another's."""
    steps: list[Step] = []
    for one in group:
        was = worth(amount, tolerance) or 0
        tolerance = tolerance if one.tolerance is None else one.tolerance
        if one.sets and one.sets.change is None:
            amount = amount if one.sets.amount is None else one.sets.amount
        elif one.sets and one.sets.change is not None and amount is not None:
            amount += one.sets.change
        moves = one.sets is not None or one.tolerance is not None
        steps.append(Step(one, (worth(amount, tolerance) or 0) - was if moves else None))
    return steps


def _adding_up(steps: Sequence[Step], whole: int | None) -> list[Step]:
    """The last that moves the cap takes what its amount on that day was set to besides."""
    if whole is None:
        return [Step(one, None) for one, _ in steps]
    besides = whole - sum(size or 0 for _, size in steps)
    last = max((i for i, step in enumerate(steps) if step.size is not None), default=None)
    return [
        Step(one, size + besides if i == last and size is not None else size)
        for i, (one, size) in enumerate(steps)
    ]


def judge(
    state: State, cap: Limit, change: Change, clause: str = "", *, loosens: bool = False
) -> tuple[str, ...]:
    """Flags of an amendment that its ground covers; `cap` is as it would be after it.

    Raises NotCovered, GroundNotUsable; LaterNotCovered where it takes a later one past its ground.
    """
    before = measured(state.cap, state.original_tolerance, state.changes)
    after = measured(cap, state.original_tolerance, (*state.changes, change))
    at = next(i for i, step in enumerate(after) if step.change is change)
    flags = _judged(state, after, at, clause, loosens=loosens)
    for i, step in enumerate(after[at + 1 :], at + 1):
        was = next(j for j, old in enumerate(before) if old.change is step.change)
        past = _past(state, after, i)
        if past is not None and _past(state, before, was) is None:
            raise LaterNotCovered(on=_day(step.change), **past.figures)
    return flags


def _judged(
    state: State, steps: Sequence[Step], at: int, clause: str, *, loosens: bool = False
) -> tuple[str, ...]:
    earlier = (replace(step.change, amount=step.size or 0) for step in steps[:at])
    return judge_amendment(
        policy=state.policy_on(_day(steps[at].change)),
        regime=state.regime,
        signed_on=state.signed_on,
        original=state.original_cap,
        earlier=tuple(earlier),
        ground=steps[at].change.ground,
        clause=clause,
        change=steps[at].size,
        currency=state.currency,
        loosens=loosens,
    )


def _past(state: State, steps: Sequence[Step], at: int) -> NotCovered | None:
    """How an amendment passes what its ground carries; that was asked of it once, as it was."""
    try:
        _judged(state, steps, at, "-")
    except NotCovered as past:
        return past
    except GroundNotUsable:
        return None
    return None
