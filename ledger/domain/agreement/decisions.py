"""What may happen to an agreement, and why: signed once, then changed by facts, never edited."""

from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.domain import numbering
from ledger.domain.agreement import may
from ledger.domain.agreement.acting import require_touched, touched_by
from ledger.domain.agreement.commands import (
    AmendAgreement,
    CloseAgreement,
    ExtendAgreement,
    ReopenAgreement,
    SignAgreement,
    SuspendAgreement,
)
from ledger.domain.agreement.evolve import cap_after, change_of, evolve
from ledger.domain.agreement.faults import (
    amendment_faults,
    check_term,
    limit_faults,
    party_faults,
    term_faults,
)
from ledger.domain.agreement.law import check_ground, ground_flags
from ledger.domain.agreement.notices import notice_faults
from ledger.domain.agreement.numbers import number_faults
from ledger.domain.agreement.room import below_use_flags
from ledger.domain.agreement.selecting import selection_faults
from ledger.domain.agreement.staircase import judge
from ledger.domain.agreement.state import State, stream
from ledger.domain.agreement.term import extended_to
from ledger.domain.amounts import AmountFrom
from ledger.domain.binding import EFFECTS
from ledger.domain.days import begin_faults
from ledger.domain.events import (
    AgreementAmended,
    AgreementClosed,
    AgreementExtended,
    AgreementReopened,
    AgreementSigned,
    AgreementSuspended,
    New,
    NumberTaken,
)
from ledger.domain.given import Given
from ledger.domain.limits import CAP
from ledger.domain.refusals import AlreadyExists, ExtensionLapsed, Invalid, NotCovered
from ledger.domain.regime import Policy, PolicyFrom

TERMS = ("extensions", "longest_term_months", "legal_ground")
"""The members of the policy that say how long the term may become."""


def sign(command: SignAgreement, state: State | None, given: Given) -> list[New]:
    """Its number is taken with it, in whatever case. Raises Invalid (all faults), TermTooLong,
    AlreadyExists."""
    event = signing(command, given.today)
    number, day = command.number, command.signed_on
    taken: numbering.State | None = given.find(numbering.stream(number))
    if taken is not None:
        raise AlreadyExists(what="agreement", name=taken.number)
    return [
        New(stream(number), event, day),
        New(numbering.stream(number), NumberTaken(number=number), day),
    ]


def signing(command: SignAgreement, today: date) -> AgreementSigned:
    """What may be signed, whatever its number. Raises Invalid (all faults), TermTooLong.
    Rule: LOU 7 kap. 2 §."""
    faults = [
        *term_faults(command),
        *begin_faults({"/starts_on": command.starts_on}, today, None),
        *party_faults(command),
        *limit_faults(command.limits, {CAP}, (command.starts_on, command.ends_on)),
        *selection_faults(command.selection, command.suppliers, command.regime, "/selection"),
        *number_faults(command.numbers, command.number),
    ]
    if faults:
        raise Invalid(*faults)
    policy = command.policy
    check_term(
        command.number,
        command.regime,
        policy,
        command.starts_on,
        command.ends_on,
        policy.extensions,
    )
    return AgreementSigned(
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
        selection=command.selection,
        numbers=command.numbers,
    )


def amend(command: AmendAgreement, state: State, given: Given) -> list[New]:
    """Raises Invalid (all faults), TermTooLong, NotCovered, GroundNotUsable, AllMustAgree.

    What its ground does not cover may be recorded all the same, and then changes nothing.
    Rules: LOU 17 kap. 9–14 §§, by `staircase.judge`; what sets less than is in use is flagged.
    """
    faults = [*amendment_faults(command, state), *notice_faults(command.notice, given.today)]
    if faults:
        raise Invalid(*faults)
    policy = _policy_after(command, state)
    check_ground(command, state)
    day = max(command.effective_on, state.starts_on)
    steps = () if command.cap is msgspec.UNSET else state.cap.set_to(command.cap, day)
    covered, flags = _judge(command, state, policy, steps)
    event = replace(_amendment(command, state, policy, steps), covered=covered, flags=flags)
    if covered:
        after = evolve(state, event, command.effective_on, given.by)
        require_touched(state, touched_by(command, state, given), given)
        more = (*ground_flags(command, state, after), *below_use_flags(state, after, day))
        event = replace(event, flags=(*flags, *more))
    return [New(stream(state.number), event, command.effective_on)]


def _policy_after(command: AmendAgreement, state: State) -> Policy:
    """Raises TermTooLong, as a signing does, where the term could become longer than allowed."""
    policy = replace(state.policy_on(command.effective_on), **command.policy)
    if set(TERMS).intersection(command.policy):
        left = policy.extensions[state.extensions_used :]
        term = state.starts_on, state.ends_on
        check_term(state.number, state.regime, policy, *term, left, state.signed_end)
    return policy


def _amendment(
    command: AmendAgreement, state: State, policy: Policy, steps: tuple[AmountFrom, ...]
) -> AgreementAmended:
    """The fact without what it is judged to be."""
    known = {limit.name: limit for limit in state.limits}
    day = max(command.effective_on, state.starts_on)
    return AgreementAmended(
        ground=command.ground,
        decision=command.decision,
        decided_on=command.decided_on,
        clause=command.clause,
        cap=steps[0] if steps else None,
        limits=tuple(
            limit.from_day(command.effective_on)
            for limit in command.limits
            if limit.name not in known
        ),
        limit_changes=(
            *((CAP, step) for step in steps[1:]),
            *(
                (limit.name, step)
                for limit in command.limits
                if limit.name in known
                for step in known[limit.name].set_to(limit.amount, day)
            ),
        ),
        buyers=command.buyers,
        policy=policy if command.policy else None,
        policy_changes=_members(command),
        limit_rules=command.limit_rules,
        selection=command.selection,
        suppliers=command.suppliers,
        reasons=command.reasons,
        notice=command.notice,
    )


def _members(command: AmendAgreement) -> tuple[str, ...]:
    """The members of the policy that it sets, also those that are so on its day already: another
    amendment may come to count before it."""
    return tuple(name for name in Policy.__struct_fields__ if name in command.policy)


def _judge(
    command: AmendAgreement, state: State, policy: Policy, steps: tuple[AmountFrom, ...]
) -> tuple[bool, tuple[str, ...]]:
    """What changes the cap's amount or its tolerance changes the agreement's value."""
    on = command.effective_on
    day = max(on, state.starts_on)
    cap = replace(state.cap, amounts=(*state.cap.amounts, *steps))
    step = None
    if command.policy:
        step = PolicyFrom(effective_on=on, policy=policy, members=_members(command))
        cap = cap_after(cap, step)
    change = change_of(state, command.ground, steps[0] if steps else None, step, on)
    before, after = (EFFECTS.index(one.effect_on(day)) for one in (state.cap, cap))
    loosens = after > before or (
        bool(steps) and command.cap is None and state.cap.amount_on(day) is not None
    )
    try:
        flags = judge(state, cap, change, command.clause, loosens=loosens)
    except NotCovered:
        if not command.record_uncovered:
            raise
        return False, ()
    return True, flags


def extend(command: ExtendAgreement, state: State, given: Given) -> list[New]:
    """By the next option of those that there are on its day, while the term runs; its last day
    counts. Raises ExtensionLapsed, NoSuchExtension, TermTooLong."""
    if command.decided_on > state.ends_on:
        raise ExtensionLapsed(
            agreement=state.number, ends_on=state.ends_on, decided_on=command.decided_on
        )
    may.require_extension(state, command.decided_on)
    event = AgreementExtended(
        option=state.extensions_used + 1,
        ends_on=extended_to(state, command.decided_on),
        decision=command.decision,
        decided_on=command.decided_on,
    )
    return [New(stream(state.number), event, command.decided_on)]


def suspend(command: SuspendAgreement, state: State, given: Given) -> list[New]:
    """Nothing more is ordered until it is opened again."""
    return [New(stream(state.number), AgreementSuspended(reason=command.reason), command.on)]


def close(command: CloseAgreement, state: State, given: Given) -> list[New]:
    """Open orders live on and may be delivered and invoiced."""
    return [New(stream(state.number), AgreementClosed(reason=command.reason), command.on)]


def reopen(command: ReopenAgreement, state: State, given: Given) -> list[New]:
    """It is as it was before it was suspended or closed."""
    return [New(stream(state.number), AgreementReopened(reason=command.reason), command.on)]
