"""What is recorded of an agreement to hold from a later day, beside the amounts of its limits."""

from datetime import date

import msgspec

from ledger.domain.agreement.replacing import suppliers_on
from ledger.domain.agreement.state import State
from ledger.domain.events import Party
from ledger.domain.regime import Policy


class LaterTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What an agreement's terms are from a day on that they were not before: who may order from
    then, whom orders are placed with, and the policy (None: as before), of which `members` are
    others."""

    day: date
    buyers: tuple[Party, ...] = ()
    suppliers: tuple[Party, ...] = ()
    policy: Policy | None = None
    members: tuple[str, ...] = ()


def later_terms(state: State, after: date) -> tuple[LaterTerms, ...]:
    """By the days after one on which terms change."""
    days = {one.on for one in state.joined} | {one.on for one in state.replaced}
    days |= {one.effective_on for one in state.policies}
    found, before = [], after
    for day in sorted(one for one in days if one > after):
        was, policy = state.policy_on(before), state.policy_on(day)
        names = Policy.__struct_fields__
        members = tuple(name for name in names if getattr(was, name) != getattr(policy, name))
        then = LaterTerms(
            day=day,
            buyers=_new(state.buyers_on(before), state.buyers_on(day)),
            suppliers=_new(suppliers_on(state, before), suppliers_on(state, day)),
            policy=policy if members else None,
            members=members,
        )
        if then.buyers or then.suppliers or members:
            found.append(then)
        before = day
    return tuple(found)


def _new(before: tuple[Party, ...], then: tuple[Party, ...]) -> tuple[Party, ...]:
    there = {party.organisation for party in before}
    return tuple(party for party in then if party.organisation not in there)
