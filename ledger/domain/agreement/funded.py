"""How the facts of what pays for an agreement change it. Never refuses."""

from collections.abc import Iterable
from typing import Any, assert_never

from msgspec.structs import replace

from ledger.domain.agreement.state import Funding, SourceFrom, State
from ledger.domain.amounts import AmountFrom
from ledger.domain.events import (
    FundingChanged,
    FundingClaimed,
    FundingDecided,
    FundingEvent,
    FundingMeasured,
    FundingPaid,
    FundingUsed,
    FundingWithdrawn,
)
from ledger.domain.limits import LimitRule


def stepped(state: State, steps: Iterable[tuple[str, AmountFrom]]) -> State:
    """The limits with their new steps; thresholds are crossed anew when one takes effect."""
    new: dict[str, tuple[AmountFrom, ...]] = {}
    for name, step in steps:
        new[name] = (*new.get(name, ()), step)
    limits = tuple(
        replace(limit, amounts=(*limit.amounts, *new[limit.name])) if limit.name in new else limit
        for limit in state.limits
    )
    return replace(state, limits=limits)


def funded(state: State, event: FundingEvent) -> State:
    match event:
        case FundingDecided():
            new = Funding(source=event.source, decided_on=event.decided_on, first=event.source)
            limits = (*state.limits, *event.limits)
            return replace(state, limits=limits, funding=(*state.funding, new))
        case FundingChanged():
            return _funding_changed(stepped(state, event.limit_changes), event)
        case FundingWithdrawn():
            state = stepped(state, event.limit_changes)
            since = event.decided_on
            return replace(state, funding=_with(state.funding, event.source, withdrawn_on=since))
        case FundingMeasured():
            return stepped(state, event.limit_changes)
        case FundingUsed():
            used = (
                replace(
                    one, eligible=one.eligible + event.eligible, support=one.support + event.support
                )
                if one.source.name == event.source
                else one
                for one in state.funding
            )
            return replace(state, funding=tuple(used))
        case FundingClaimed() | FundingPaid():
            return _claimed(state, event)
        case _:
            assert_never(event)


def _funding_changed(state: State, event: FundingChanged) -> State:
    """One that was decided before another, and is recorded after it, is no longer how it reads."""
    source, day = event.source, event.decided_on
    had = next((one for one in state.funding if one.source.name == source.name), None)
    if had is None:
        return state
    step = SourceFrom(effective_on=day, source=source, known_on=event.known_on)
    changed = (*had.changed, step)
    rule_then = LimitRule(name=source.name, effect=source.effect)
    limits = tuple(
        limit.bound_by(rule_then, day)
        if limit.name == source.name and day >= had.decided_on
        else limit
        for limit in state.limits
    )
    if day < max(had.days):
        funding = _with(state.funding, source.name, changed=changed)
    else:
        funding = _with(state.funding, source.name, source=source, changed=changed)
    return replace(state, limits=limits, funding=funding)


def _claimed(state: State, event: FundingClaimed | FundingPaid) -> State:
    after = tuple(
        _with_claim(one, event) if one.source.name == event.source else one for one in state.funding
    )
    flags = tuple(dict.fromkeys((*state.flags, *event.flags)))
    return replace(state, funding=after, flags=flags)


def _with_claim(one: Funding, event: FundingClaimed | FundingPaid) -> Funding:
    if isinstance(event, FundingClaimed):
        claims = _under(one.claims, event.reference, event.amount)
        return replace(one, claimed=one.claimed + event.amount, claims=claims)
    payments = _under(one.payments, event.reference, event.amount)
    return replace(one, paid=one.paid + event.amount, payments=payments)


def folded(reference: str) -> str:
    """A funder's reference as it is told from others: whatever its case and spaces."""
    return "".join(reference.split()).casefold()


def _under(
    before: tuple[tuple[str, int], ...], reference: str, amount: int
) -> tuple[tuple[str, int], ...]:
    """So many öre more under a reference."""
    by, name = dict(before), folded(reference)
    by[name] = by.get(name, 0) + amount
    return tuple(by.items())


def _with(funding: tuple[Funding, ...], name: str, **changes: Any) -> tuple[Funding, ...]:
    return tuple(replace(one, **changes) if one.source.name == name else one for one in funding)
