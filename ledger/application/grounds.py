"""What each ground carries of amendments, and how much they have changed on it: the figures that
the decision judges by."""

from collections.abc import Sequence
from datetime import date

import msgspec

from ledger.domain import agreement
from ledger.domain.agreement.staircase import Step, measured
from ledger.domain.regime import GROUNDS, Bound, bound_of


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
            adds_up=ground == "17:9",
        )
        for ground in some
    ]


def steps_of(state: agreement.State) -> Sequence[Step]:
    """The covered amendments in the order of their days, each with its size in öre (None: it moved
    no known amount)."""
    return measured(state.cap, state.original_tolerance, state.changes)
