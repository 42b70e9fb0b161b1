"""What an amendment changes: nothing of it is dropped in silence, and nothing is no change."""

from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.domain.agreement.commands import AmendAgreement, LimitTerms
from ledger.domain.agreement.state import State
from ledger.domain.limits import DIMENSIONS, Limit, LimitRule
from ledger.domain.refusals import Fault
from ledger.domain.regime import Policy


def changes_nothing(command: AmendAgreement, state: State) -> bool:
    """Whether everything would be as it is, on the day from which the amendment counts."""
    known = {limit.name: limit for limit in state.limits}
    cap = command.cap
    return not (
        (cap is not msgspec.UNSET and _is_other(state.cap, cap, command))
        or any(
            limit.name not in known or _is_other(known[limit.name], limit.amount, command)
            for limit in command.limits
        )
        or command.buyers
        or command.suppliers
        or (command.selection is not None and command.selection != state.selection)
        or _is_other_policy(state.policy_on(command.effective_on), command)
        or any(
            _binds_otherwise(known[one.name], one, command.effective_on)
            for one in command.limit_rules
            if one.name in known
        )
    )


def _is_other_policy(policy: Policy, command: AmendAgreement) -> bool:
    return replace(policy, **command.policy) != policy


def _binds_otherwise(limit: Limit, asked: LimitRule, on: date) -> bool:
    return asked.effect not in (None, limit.effect_on(on)) or asked.tolerance not in (
        None,
        limit.tolerance_on(on),
    )


def _is_other(limit: Limit, amount: int | None, command: AmendAgreement) -> bool:
    return limit.amount_on(max(command.effective_on, limit.set_on)) != amount


def undone_faults(command: AmendAgreement, state: State) -> list[Fault]:
    """Members of limits that are there and that only a new limit has: they are not carried out."""
    known = {limit.name: limit for limit in state.limits[1:] if limit.removed_on is None}
    return [
        fault
        for i, limit in enumerate(command.limits)
        if limit.name in known
        for fault in _undone(limit, known[limit.name], command.effective_on, f"/change/limits/{i}")
    ]


def _undone(asked: LimitTerms, limit: Limit, on: date, pointer: str) -> list[Fault]:
    """What is said again as it is on the day does no harm."""
    bound = {"effect": limit.effect_on(on), "tolerance": limit.tolerance_on(on)}
    how = [
        Fault(
            pointer=f"{pointer}/{name}",
            sentence="How a limit binds is changed as a rule of the limit.",
        )
        for name in ("effect", "tolerance")
        if getattr(asked, name) not in (None, bound[name])
    ]
    what = [
        Fault(
            pointer=f"{pointer}/{name}",
            sentence="What {name} limits stays as it is: name a new limit.",
            figures={"name": limit.name},
        )
        for name in DIMENSIONS
        if getattr(asked, name) not in (None, getattr(limit, name))
    ]
    unit = [
        Fault(
            pointer=f"{pointer}/unit",
            sentence="The limit {name} is in {unit}: say its amount so.",
            figures={"name": limit.name, "unit": limit.unit},
        )
        for _ in range(asked.unit != limit.unit)
    ]
    return how + what + unit
