"""What the law asks of an amendment beside its size: reasons, a notice, what a ground is for.

It holds where 17 kap. LOU does, or where the policy copies it; the size is judged in
`ledger.domain.regime`.
"""

from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.domain.agreement.commands import AmendAgreement
from ledger.domain.agreement.notices import MISSING
from ledger.domain.agreement.staircase import measured
from ledger.domain.agreement.state import State
from ledger.domain.events import Reasons
from ledger.domain.refusals import Fault, GroundNotUsable
from ledger.domain.regime import threshold_of

MEASURES = ("threshold", "index_adjusted_value")
"""The members of the policy that amendments are measured by, beside the value at signing."""

ADVERTISED = ("17:11", "17:12")
"""Grounds whose use is made known by a public notice."""

UNDER_19 = ("lou_19_advertised", "lou_19a_direct")

NOT_SUBSTANTIAL = (
    Fault(
        pointer="/reasons/other_bidders",
        sentence="17 kap. 14 § asks why others would not have taken part or won.",
    ),
    Fault(
        pointer="/reasons/balance",
        sentence="17 kap. 14 § asks why the balance does not tip to the supplier.",
    ),
    Fault(
        pointer="/reasons/scope",
        sentence="17 kap. 14 § asks why the scope is not considerably larger.",
    ),
    Fault(
        pointer="/reasons/supplier",
        sentence="17 kap. 14 § asks why the supplier is the same.",
    ),
)
"""What is said where a reason is missing, at its place."""


def reason_faults(command: AmendAgreement, state: State) -> list[Fault]:
    """14 § carries what is not substantial: it is said of each of its four criteria why not."""
    if state.policy.amendments == "free" or command.ground != "17:14":
        return []
    given = command.reasons or Reasons()
    members = ((fault, fault.pointer.rpartition("/")[2]) for fault in NOT_SUBSTANTIAL)
    return [fault for fault, member in members if not getattr(given, member).strip()]


def check_ground(command: AmendAgreement, state: State) -> None:
    """Raises GroundNotUsable for a ground that is not for such a change, whatever its size."""
    if state.policy.amendments == "free":
        return
    ground = command.ground
    if _measures_changed(command, state) and ground != "17:10":
        raise GroundNotUsable(
            ground=ground,
            reason="what amendments are measured by is changed on 17:10 alone, by its clause.",
        )
    if command.suppliers and ground not in ("17:10", "17:13"):
        raise GroundNotUsable(
            ground=ground, reason="a supplier is replaced on 17:13, or on 17:10 by its clause."
        )
    if ground == "17:13" and not command.suppliers:
        raise GroundNotUsable(ground=ground, reason="it is for replacing a supplier.")
    if command.buyers and ground in ("17:9", "17:13"):
        raise GroundNotUsable(ground=ground, reason="adding a buyer is no matter of value.")


def ground_flags(command: AmendAgreement, state: State, after: State) -> tuple[str, ...]:
    """What a person should look at in an amendment that is covered; `after` is what it leads to."""
    flags = []
    if state.policy.amendments != "free":
        if _measures_changed(command, state):
            flags.append("measure-changed")
        if command.ground in ADVERTISED and command.notice is None:
            flags.append(MISSING)
        if command.ground == "17:14" and _is_ten_per_cent(after, command.effective_on):
            flags.append("ten-per-cent-or-more")
    if _reaches_threshold(command, state, after):
        flags.append("over-threshold")
    return tuple(flags)


def _measures_changed(command: AmendAgreement, state: State) -> bool:
    before = state.policy_on(command.effective_on)
    policy = replace(before, **command.policy)
    return any(getattr(policy, name) != getattr(before, name) for name in MEASURES)


def _is_ten_per_cent(after: State, on: date) -> bool:
    """Whether what 14 § has changed in all, the last one included, is 10 % of the value or more."""
    base = after.policy_on(on).index_adjusted_value or after.original_cap
    steps = measured(after.cap, after.original_tolerance, after.changes)
    changed = {id(step.change): step.size or 0 for step in steps if step.change.ground == "17:14"}
    if base is None or not changed.get(id(after.changes[-1])):
        return False
    return abs(sum(changed.values())) * 10 >= base


def _reaches_threshold(command: AmendAgreement, state: State, after: State) -> bool:
    """Whether the value comes to the threshold that its award was judged by, or over it: 19 kap. is
    for what is below (1 §).

    Where the policy names none it is that of the award year.
    """
    if state.regime not in UNDER_19 or (command.cap is msgspec.UNSET and not command.policy):
        return False
    day = max(command.effective_on, state.starts_on)
    least = threshold_of(state.policy_on(day), state.regime, state.signed_on).amount
    before, then = (one.cap.bound_on(day) for one in (state, after))
    return then is not None and then >= least and (before is None or before < least)
