"""Funding sources of an agreement: decided, changed, withdrawn. Each is a limit of its own."""

from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.domain.agreement.state import Funding, State, stream
from ledger.domain.amounts import AmountFrom
from ledger.domain.days import YEARS_AFTER_TERM, begin_faults
from ledger.domain.events import FundingChanged, FundingDecided, FundingWithdrawn, New
from ledger.domain.funding import FULL, FundingSource, cost_within
from ledger.domain.given import Given
from ledger.domain.limits import Limit
from ledger.domain.money import least_of
from ledger.domain.refusals import AlreadyExists, Fault, Invalid, NotFound, WrongStatus


class DecideFunding(msgspec.Struct, frozen=True, kw_only=True):
    """Record that a funder pays a part of what is ordered under the agreement."""

    agreement: str
    source: FundingSource
    decision: str
    decided_on: date


class ChangeFunding(msgspec.Struct, frozen=True, kw_only=True):
    """Record the source as it reads from here on, whole."""

    agreement: str
    source: FundingSource
    decision: str
    decided_on: date


class WithdrawFunding(msgspec.Struct, frozen=True, kw_only=True):
    """Record that the source pays for nothing more."""

    agreement: str
    name: str
    decision: str
    decided_on: date
    reason: str = ""


def decide_funding(command: DecideFunding, state: State, given: Given) -> list[New]:
    """It may come before the first order or long after the signing, also when it is closed.

    The source is a limit over the cost that it covers. Raises Invalid, AlreadyExists.
    """
    source = command.source
    _refuse_faults(source, state, given)
    if any(one.source.name == source.name for one in state.funding):
        raise AlreadyExists(what="funding source", name=source.name)
    if any(limit.name == source.name for limit in state.limits):
        raise AlreadyExists(what="limit", name=source.name)
    limit = Limit(
        name=source.name,
        amounts=(AmountFrom(effective_on=command.decided_on, amount=_cost(source)),),
        effect=source.effect,
        funding=source.name,
    )
    event = FundingDecided(
        source=source,
        decision=command.decision,
        decided_on=command.decided_on,
        limits=(limit,),
    )
    return [New(stream(state.number), event, command.decided_on)]


def change_funding(command: ChangeFunding, state: State, given: Given) -> list[New]:
    """What was judged before stays as it was. From its day on until the next on which the funder
    has decided it is the amount, whatever else was set. Raises NotFound, WrongStatus, Invalid."""
    source = command.source
    had = _funding_of(state, source.name, "change")
    _refuse_faults(source, state, given)
    following = min((day for day in had.days if day > command.decided_on), default=None)
    limit = _limit_of(state, source.name)
    steps = limit.fixed_at(_cost(source, had), command.decided_on, following)
    event = FundingChanged(
        source=source,
        decision=command.decision,
        decided_on=command.decided_on,
        limit_changes=tuple((source.name, step) for step in steps),
        known_on=given.today if given.today < command.decided_on else None,
    )
    return [New(stream(state.number), event, command.decided_on)]


def withdraw_funding(command: WithdrawFunding, state: State, given: Given) -> list[New]:
    """Its limit becomes what it has covered: what is ordered on it beyond that shows as over-use.

    Raises NotFound, WrongStatus.
    """
    had = _funding_of(state, command.name, "withdraw")
    steps = _limit_of(state, command.name).fixed_at(had.eligible, command.decided_on)
    event = FundingWithdrawn(
        source=command.name,
        decision=command.decision,
        decided_on=command.decided_on,
        limit_changes=tuple((command.name, step) for step in steps),
        reason=command.reason,
    )
    return [New(stream(state.number), event, command.decided_on)]


def cost_left(state: State, source: FundingSource, on: date, known: date = date.max) -> int | None:
    """The eligible cost that a source, as it is on a day, has left from then on, in öre; None where
    that is unknown. On the day on which its limit is least, up to the funder's next decision, and
    by the least ceiling that a later one leaves, of those that were `known` by a day: its share and
    its end are of their own days."""
    (had,) = (one for one in state.funding if one.source.name == source.name)
    limit = _limit_of(state, source.name)
    day = max(on, limit.set_on)
    later = [one for one in had.changed if one.effective_on > day]
    ends = [one.effective_on for one in later]
    if had.withdrawn_on is not None:
        ends.append(had.withdrawn_on)
        later = [one for one in later if one.effective_on < had.withdrawn_on]
    until = min(ends, default=date.max)
    amounts = [limit.amount_on(one) for one in limit.days_from(day) if one < until]
    amount = min((one for one in amounts if one is not None), default=None)
    if source.ceiling is None or amount is None:
        return None
    ceilings = [one.source.ceiling for one in later if one.is_known_by(known)]
    ceiling = min([source.ceiling, *(one for one in ceilings if one is not None)])
    by_support = cost_within(ceiling - had.support, source.share)
    return max(0, min(by_support, amount - had.eligible))


def measured_anew(
    state: State, name: str, eligible: int, support: int, since: date, parts: int
) -> tuple[tuple[str, AmountFrom], ...]:
    """What a source's limit is set to when invoices take so much more of it, in öre: on that day
    and on each later one on which it is set, by the decision that is in force on it.

    What is taken by the share of that decision leaves the cost that it covers in all as it is, and
    sets nothing: each of so many parts may differ by what its support was rounded.
    """
    (had,) = (one for one in state.funding if one.source.name == name)
    after = replace(had, eligible=had.eligible + eligible, support=had.support + support)
    limit, least = _limit_of(state, name), least_of(state.currency)
    steps = []
    for day in limit.days_from(since):
        was, now, amount = _cost_on(had, day), _cost_on(after, day), limit.amount_on(day)
        if was is None or now is None or amount is None:
            continue
        share = _share_on(had, day)
        if abs(now - was) > (parts * (cost_within(least, share) + 1) if share else 0):
            step = AmountFrom(effective_on=day, amount=max(0, amount + now - was))
            steps.append((name, step))
    return tuple(steps)


def _share_on(had: Funding, day: date) -> int:
    """How much of a cost the source pays on a day; 0 since it was withdrawn."""
    source = had.source_on(day, date.max)
    return 0 if source is None else source.share


def _cost_on(had: Funding, day: date) -> int | None:
    """The cost that it covers in all by the decision in force on a day."""
    source = had.source_on(day, date.max)
    return had.eligible if source is None else _cost(source, had)


def _limit_of(state: State, name: str) -> Limit:
    (limit,) = (one for one in state.limits if one.name == name)
    return limit


def _cost(source: FundingSource, had: Funding | None = None) -> int | None:
    """The cost that it covers in all: what it has covered, and what its ceiling has left."""
    if source.ceiling is None:
        return None
    eligible, support = (had.eligible, had.support) if had else (0, 0)
    return eligible + max(0, cost_within(source.ceiling - support, source.share))


def _funding_of(state: State, name: str, action: str) -> Funding:
    for one in state.funding:
        if one.source.name == name:
            if one.withdrawn_on is not None:
                raise WrongStatus(name=name, status="withdrawn", action=action, needed="decided")
            return one
    raise NotFound(what="funding source", name=name)


def _refuse_faults(source: FundingSource, state: State, given: Given) -> None:
    """A grant's period may lie around the term, in years that can be."""
    period = {"/starts_on": source.starts_on, "/ends_on": source.ends_on}
    term = state.starts_on, state.ends_on
    faults = begin_faults(period, given.today, term, before=YEARS_AFTER_TERM)
    if source.ends_on < source.starts_on:
        faults.append(
            Fault(
                pointer="/ends_on",
                sentence="The period ends ({ends_on}) before it starts ({starts_on}).",
                figures={
                    "ends_on": source.ends_on.isoformat(),
                    "starts_on": source.starts_on.isoformat(),
                },
            )
        )
    if not 0 < source.share <= FULL:
        faults.append(
            Fault(pointer="/share", sentence="A share is above 0 and at most 100 per cent.")
        )
    if source.ceiling is not None and source.ceiling <= 0:
        faults.append(
            Fault(pointer="/ceiling", sentence="The ceiling must be above 0, or null: unknown.")
        )
    if faults:
        raise Invalid(*faults)
