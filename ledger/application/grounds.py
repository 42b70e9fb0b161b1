"""What each ground carries of amendments, and how much they have changed on it: the figures that
the decision judges by."""

from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.agreement.staircase import Step, measured
from ledger.domain.regime import GROUNDS, Bound, bound_of

ADDS_UP = "17:9"
"""The ground by which all amendments are judged together; by the others each is by itself."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A ground of an agreement. `so_far` is what covered amendments have changed the value by, net
    in öre; `bound` what the ground carries (None: no bound of value), of each or, where
    `adds_up`, of all of them together."""

    ground: str
    so_far: int
    bound: Bound | None
    adds_up: bool


def standings(state: agreement.State, day: date) -> list[Standing]:
    """Every ground that an amendment on a day can be made on: those of 17 kap. LOU, or the policy's
    own. As the decision measures: each by what it changed itself, by the tolerance of signing."""
    policy = state.policy_on(day)
    free = policy.amendments == "free"
    some = GROUNDS if free else tuple(one for one in GROUNDS if one != "policy")
    steps = steps_of(state)
    return [
        Standing(
            ground=ground,
            so_far=sum(one.size or 0 for one in steps if one.change.ground == ground),
            bound=bound_of(ground, policy, state.regime, state.signed_on, state.original_cap),
            adds_up=ground == ADDS_UP,
        )
        for ground in some
    ]


def steps_of(state: agreement.State) -> Sequence[Step]:
    """The covered amendments in the order of their days, each with its size in öre (None: it moved
    no known amount)."""
    return measured(state.cap, state.original_tolerance, state.changes)


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """An amendment as its ground judges it, in öre: what those before it came to, its own size
    (None: it moves no known amount), both together, and whether the decision found it covered."""

    ground: str
    so_far: int
    asked: int | None
    bound: Bound | None
    covered: bool

    @property
    def net(self) -> int:
        return self.so_far + (self.asked or 0)


def tested(before: agreement.State, after: agreement.State) -> Tested:
    """The latest amendment of a state beside the state before it, by the measure of the decision:
    of one that is not covered, what it would have been."""
    change = after.changes[-1]
    cap = after.cap
    if not change.covered and change.sets is not None:
        cap = replace(before.cap, amounts=(*before.cap.amounts, change.sets))
    asked = replace(change, covered=True)
    steps = measured(cap, before.original_tolerance, (*before.changes, asked))
    at = next(i for i, step in enumerate(steps) if step.change is asked)
    ground, policy = change.ground, before.policy_on(change.on or before.starts_on)
    adds_up = ground == ADDS_UP
    return Tested(
        ground=ground,
        so_far=sum(one.size or 0 for one in steps[:at] if adds_up and one.change.ground == ground),
        asked=steps[at].size,
        bound=bound_of(ground, policy, before.regime, before.signed_on, before.original_cap),
        covered=change.covered,
    )
