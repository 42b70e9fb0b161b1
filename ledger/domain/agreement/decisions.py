"""The framework agreement: its cap and limits, its term, and how much of it is in use.

Its state holds totals per (year, buyer, supplier, kind, funding), never a list of orders, so a
decision costs the same with a hundred thousand orders as with none.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from ledger.domain import limits as rule
from ledger.domain.calendar import add_months, months_between
from ledger.domain.events import (
    AgreementAmended,
    AgreementClosed,
    AgreementEvent,
    AgreementExtended,
    AgreementReopened,
    AgreementSigned,
    AgreementSuspended,
    By,
    New,
    Party,
    RoomMoved,
    RoomReserved,
    ThresholdCrossed,
)
from ledger.domain.limits import CAP, AmountFrom, Effect, Limit, Move, Total, Use
from ledger.domain.refusals import (
    AgreementNotOpen,
    AlreadyExists,
    Fault,
    Invalid,
    LimitOver,
    NoSuchExtension,
    NotCovered,
    TermTooLong,
    WrongStatus,
)
from ledger.domain.regime import Change, Policy, default_longest_term, judge_amendment

Status = Literal["active", "suspended", "closed"]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement as its facts so far make it. `limits[0]` is the cap. Amounts in öre."""

    number: str
    title: str
    currency: str
    buyers: tuple[Party, ...]
    suppliers: tuple[Party, ...]
    signed_on: date
    starts_on: date
    ends_on: date
    regime: str
    policy: Policy
    limits: tuple[Limit, ...]
    original_cap: int | None
    status: Status = "active"
    totals: tuple[Total, ...] = ()
    orders: int = 0
    changes: tuple[Change, ...] = ()
    extensions_used: int = 0
    crossed: tuple[tuple[str, int], ...] = ()

    @property
    def cap(self) -> Limit:
        return self.limits[0]


# ── What has happened ─────────────────────────────────────────────────────────────────────────


def evolve(state: State | None, event: AgreementEvent, on: date, by: By) -> State:
    """The state after a fact. Never refuses: rules live in the decisions."""
    if isinstance(event, AgreementSigned):
        return _signed(event)
    assert state is not None, "an agreement's first fact is its signing"
    match event:
        case RoomReserved():
            return replace(state, orders=event.sequence, totals=rule.add(state.totals, event.moves))
        case RoomMoved():
            return replace(state, totals=rule.add(state.totals, event.moves))
        case ThresholdCrossed():
            return replace(state, crossed=(*state.crossed, (event.limit, event.percent)))
        case AgreementAmended():
            return _amended(state, event)
        case AgreementExtended():
            return replace(state, ends_on=event.ends_on, extensions_used=event.option)
        case AgreementSuspended():
            return replace(state, status="suspended")
        case AgreementClosed():
            return replace(state, status="closed")
        case AgreementReopened():
            return replace(state, status="active")
        case _:
            assert_never(event)


def _signed(event: AgreementSigned) -> State:
    cap = Limit(
        name=CAP,
        amounts=(AmountFrom(effective_on=event.starts_on, amount=event.cap),),
        effect=event.policy.cap_effect,
    )
    return State(
        number=event.number,
        title=event.title,
        currency=event.currency,
        buyers=event.buyers,
        suppliers=event.suppliers,
        signed_on=event.signed_on,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        regime=event.regime,
        policy=event.policy,
        limits=(cap, *event.limits),
        original_cap=event.cap,
    )


def _amended(state: State, event: AgreementAmended) -> State:
    amount = (event.cap.change if event.cap else None) or 0
    change = Change(ground=event.ground, amount=amount, covered=event.covered)
    state = replace(state, changes=(*state.changes, change))
    if not event.covered:
        return state
    steps = dict(event.limit_changes)
    if event.cap is not None:
        steps[CAP] = event.cap
    limits = tuple(
        replace(limit, amounts=(*limit.amounts, steps[limit.name]))
        if limit.name in steps
        else limit
        for limit in state.limits
    )
    return replace(
        state,
        limits=(*limits, *event.limits),
        buyers=(*state.buyers, *event.buyers),
        crossed=tuple(c for c in state.crossed if c[0] not in steps),
    )


# ── Commands ──────────────────────────────────────────────────────────────────────────────────


class LimitTerms(msgspec.Struct, frozen=True, kw_only=True):
    """A limit as somebody asks for it; `amount` in öre, None where it is unknown."""

    name: str
    amount: int | None
    effect: Effect = "hard"
    tolerance: int = 0
    year: int | None = None
    buyer: str | None = None
    supplier: str | None = None
    kind: str | None = None
    funding: str | None = None

    def from_day(self, day: date) -> Limit:
        return Limit(
            name=self.name,
            amounts=(AmountFrom(effective_on=day, amount=self.amount),),
            effect=self.effect,
            tolerance=self.tolerance,
            year=self.year,
            buyer=self.buyer,
            supplier=self.supplier,
            kind=self.kind,
            funding=self.funding,
        )


class SignAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Sign a framework agreement. `cap` in öre excluding VAT, None where it is unknown."""

    number: str
    title: str
    currency: str
    cap: int | None
    buyers: tuple[Party, ...]
    suppliers: tuple[Party, ...]
    signed_on: date
    starts_on: date
    ends_on: date
    regime: str = "unknown"
    policy: Policy = Policy()
    limits: tuple[LimitTerms, ...] = ()


class AmendAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Amend on a ground. What is UNSET or empty stays as it is; `cap` is the new cap in öre."""

    agreement: str
    ground: str
    decision: str
    decided_on: date
    effective_on: date
    clause: str = ""
    cap: int | msgspec.UnsetType | None = msgspec.UNSET
    limits: tuple[LimitTerms, ...] = ()
    buyers: tuple[Party, ...] = ()
    record_uncovered: bool = False


class ExtendAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Use the next extension option."""

    agreement: str
    decision: str
    decided_on: date


class SuspendAgreement(msgspec.Struct, frozen=True, kw_only=True):
    agreement: str
    reason: str
    on: date


class CloseAgreement(msgspec.Struct, frozen=True, kw_only=True):
    agreement: str
    reason: str
    on: date


class ReopenAgreement(msgspec.Struct, frozen=True, kw_only=True):
    agreement: str
    reason: str
    on: date


# ── Decisions ─────────────────────────────────────────────────────────────────────────────────


def stream(number: str) -> str:
    return f"agreement/{number}"


def sign(command: SignAgreement, state: State | None) -> list[New]:
    """Raises AlreadyExists, Invalid (all faults), TermTooLong."""
    if state is not None:
        raise AlreadyExists(what="agreement", name=command.number)
    faults = [
        *_term_faults(command),
        *_party_faults(command),
        *_limit_faults(command.limits, {CAP}),
    ]
    if faults:
        raise Invalid(*faults)
    _check_term(command.number, command.regime, command.policy, command.starts_on, command.ends_on)
    event = AgreementSigned(
        number=command.number,
        title=command.title,
        currency=command.currency,
        cap=command.cap,
        buyers=command.buyers,
        suppliers=command.suppliers,
        signed_on=command.signed_on,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        regime=command.regime,
        policy=command.policy,
        limits=tuple(limit.from_day(command.starts_on) for limit in command.limits),
    )
    return [New(stream(command.number), event, command.signed_on)]


def amend(command: AmendAgreement, state: State) -> list[New]:
    """Raises Invalid, NotCovered, GroundNotUsable, WrongStatus, TermTooLong."""
    if state.status == "closed":
        raise _wrong_status(state, "amend", "active")
    faults = _amendment_faults(command, state)
    if faults:
        raise Invalid(*faults)
    step = None
    if command.cap is not msgspec.UNSET:
        step = _step(state.cap.amount, command.cap, command.effective_on)
    covered, flags = _judge(command, state, None if step is None else step.change)
    known = {limit.name: limit for limit in state.limits}
    event = AgreementAmended(
        ground=command.ground,
        decision=command.decision,
        decided_on=command.decided_on,
        covered=covered,
        clause=command.clause,
        cap=step,
        limits=tuple(
            limit.from_day(command.effective_on)
            for limit in command.limits
            if limit.name not in known
        ),
        limit_changes=tuple(
            (limit.name, _step(known[limit.name].amount, limit.amount, command.effective_on))
            for limit in command.limits
            if limit.name in known
        ),
        buyers=command.buyers,
        flags=flags,
    )
    return [New(stream(state.number), event, command.effective_on)]


def _judge(
    command: AmendAgreement, state: State, change: int | None
) -> tuple[bool, tuple[str, ...]]:
    try:
        flags = judge_amendment(
            policy=state.policy,
            regime=state.regime,
            signed_on=state.signed_on,
            original=state.original_cap,
            earlier=state.changes,
            ground=command.ground,
            clause=command.clause,
            change=change,
            currency=state.currency,
        )
    except NotCovered:
        if not command.record_uncovered:
            raise
        return False, ()
    return True, flags


def _step(before: int | None, after: int | None, on: date) -> AmountFrom:
    """A change where both amounts are known, else a setting that starts anew."""
    if before is None or after is None:
        return AmountFrom(effective_on=on, amount=after)
    return AmountFrom(effective_on=on, change=after - before)


def extend(command: ExtendAgreement, state: State) -> list[New]:
    """Raises NoSuchExtension, WrongStatus, TermTooLong."""
    if state.status == "closed":
        raise _wrong_status(state, "extend", "active")
    options = state.policy.extensions
    if state.extensions_used >= len(options):
        raise NoSuchExtension(
            agreement=state.number, options=len(options), used=state.extensions_used
        )
    ends_on = add_months(state.ends_on, options[state.extensions_used].months)
    _check_term(state.number, state.regime, state.policy, state.starts_on, ends_on)
    event = AgreementExtended(
        option=state.extensions_used + 1,
        ends_on=ends_on,
        decision=command.decision,
        decided_on=command.decided_on,
    )
    return [New(stream(state.number), event, command.decided_on)]


def suspend(command: SuspendAgreement, state: State) -> list[New]:
    """Raises WrongStatus."""
    if state.status != "active":
        raise _wrong_status(state, "suspend", "active")
    return [New(stream(state.number), AgreementSuspended(reason=command.reason), command.on)]


def close(command: CloseAgreement, state: State) -> list[New]:
    """Open orders live on and may be delivered and invoiced. Raises WrongStatus."""
    if state.status == "closed":
        raise _wrong_status(state, "close", "active or suspended")
    return [New(stream(state.number), AgreementClosed(reason=command.reason), command.on)]


def reopen(command: ReopenAgreement, state: State) -> list[New]:
    """Raises WrongStatus."""
    if state.status == "active":
        raise _wrong_status(state, "reopen", "suspended or closed")
    return [New(stream(state.number), AgreementReopened(reason=command.reason), command.on)]


# ── Room ──────────────────────────────────────────────────────────────────────────────────────


def require_open(state: State) -> None:
    """Raises AgreementNotOpen unless orders can be placed or enlarged."""
    if state.status != "active":
        raise AgreementNotOpen(agreement=state.number, status=state.status)


def check_limits(
    state: State,
    moves: Sequence[Move],
    days: Sequence[date],
    *,
    asked: Sequence[Move] | None = None,
) -> tuple[str, ...]:
    """Names of the soft limits that the moves pass. Raises CapExceeded where a hard one is."""
    hard, soft = rule.passed(state.limits, state.totals, moves, days, state.currency, asked=asked)
    rule.refuse_if_passed(hard)
    return tuple(over.limit for over in soft)


def limits_passed(
    state: State, moves: Sequence[Move], days: Sequence[date]
) -> tuple[LimitOver, ...]:
    """Hard and soft limits that the moves pass, without refusing: for invoices, which have come."""
    hard, soft = rule.passed(state.limits, state.totals, moves, days, state.currency)
    return (*hard, *soft)


def move_room(state: State, event: RoomReserved | RoomMoved, on: date) -> list[New]:
    """The facts for money that moves, with each threshold that use thereby rises past."""
    name = stream(state.number)
    facts = [New(name, event, on)]
    if sum(move.use.total for move in event.moves) <= 0:
        return facts
    after = rule.add(state.totals, event.moves)
    for limit in state.limits:
        amount = limit.amount_on(on)
        if not amount or limit.amount is None:
            continue
        total = rule.used(limit, after).total
        facts += [
            New(
                name,
                ThresholdCrossed(limit=limit.name, percent=percent, used=total, amount=amount),
                on,
            )
            for percent in state.policy.alerts
            if total * 100 >= amount * percent and (limit.name, percent) not in state.crossed
        ]
    return facts


def use_of(state: State, limit: Limit) -> Use:
    return rule.used(limit, state.totals)


# ── Faults ────────────────────────────────────────────────────────────────────────────────────


def _wrong_status(state: State, action: str, needed: str) -> WrongStatus:
    return WrongStatus(name=state.number, status=state.status, action=action, needed=needed)


def _check_term(number: str, regime: str, policy: Policy, starts_on: date, ends_on: date) -> None:
    longest = policy.longest_term_months or default_longest_term(regime)
    months = months_between(starts_on, ends_on)
    if longest is not None and months > longest and not policy.legal_ground.strip():
        raise TermTooLong(agreement=number, months=months, longest=longest)


def _term_faults(command: SignAgreement) -> list[Fault]:
    faults = []
    if command.ends_on < command.starts_on:
        faults.append(
            Fault(
                pointer="/ends_on",
                sentence="The term ends ({ends_on}) before it starts ({starts_on}).",
                figures={
                    "ends_on": command.ends_on.isoformat(),
                    "starts_on": command.starts_on.isoformat(),
                },
            )
        )
    if command.cap is not None and command.cap <= 0:
        faults.append(Fault(pointer="/cap", sentence="The cap must be above 0, or null: unknown."))
    return faults


def _party_faults(command: SignAgreement) -> list[Fault]:
    faults = []
    for name, parties in (("buyers", command.buyers), ("suppliers", command.suppliers)):
        if not parties:
            faults.append(Fault(pointer=f"/{name}", sentence="At least one is needed."))
        faults += _repeated([p.organisation for p in parties], f"/{name}", "organisation")
    return faults


def _limit_faults(limits: Sequence[LimitTerms], taken: set[str]) -> list[Fault]:
    faults = _repeated([limit.name for limit in limits], "/limits", "name")
    for i, limit in enumerate(limits):
        if limit.name in taken:
            faults.append(
                Fault(
                    pointer=f"/limits/{i}/name",
                    sentence="The name {name} belongs to the cap itself.",
                    figures={"name": limit.name},
                )
            )
        dimensions = (limit.year, limit.buyer, limit.supplier, limit.kind, limit.funding)
        if all(d is None for d in dimensions):
            faults.append(
                Fault(
                    pointer=f"/limits/{i}",
                    sentence="Say what it limits: a year, buyer, supplier, kind or funding.",
                )
            )
        if limit.amount is not None and limit.amount < 0:
            faults.append(
                Fault(pointer=f"/limits/{i}/amount", sentence="A limit cannot be below 0.")
            )
    return faults


def _repeated(names: Sequence[str], pointer: str, member: str) -> list[Fault]:
    return [
        Fault(
            pointer=f"{pointer}/{i}/{member}",
            sentence="{name} is named twice.",
            figures={"name": name},
        )
        for i, name in enumerate(names)
        if name in names[:i]
    ]


def _amendment_faults(command: AmendAgreement, state: State) -> list[Fault]:
    faults = []
    if command.cap is msgspec.UNSET and not command.limits and not command.buyers:
        faults.append(Fault(pointer="/change", sentence="Nothing is changed."))
    if isinstance(command.cap, int) and command.cap <= 0:
        faults.append(
            Fault(pointer="/change/cap", sentence="The cap must be above 0, or null: unknown.")
        )
    known = {limit.name for limit in state.limits}
    new = [limit for limit in command.limits if limit.name not in known]
    faults += [
        Fault(pointer="/change" + fault.pointer, sentence=fault.sentence, figures=fault.figures)
        for fault in [
            *_limit_faults(new, set()),
            *_repeated([limit.name for limit in command.limits], "/limits", "name"),
        ]
    ]
    if any(limit.name == CAP for limit in command.limits):
        faults.append(Fault(pointer="/change/limits", sentence="Change the cap as change.cap."))
    present = {party.organisation for party in state.buyers}
    faults += [
        Fault(
            pointer=f"/change/buyers/{i}/organisation",
            sentence="{name} is a buyer already.",
            figures={"name": party.organisation},
        )
        for i, party in enumerate(command.buyers)
        if party.organisation in present
    ]
    return faults
