"""How each fact changes a drawdown. Never refuses: rules live in the decisions."""

from datetime import date
from typing import assert_never

from msgspec.structs import replace

from ledger.domain.drawdown.state import (
    NOT_ELIGIBLE,
    UNCLEAR,
    UNTIED,
    AsRecorded,
    Judged,
    Recharge,
    State,
    Status,
)
from ledger.domain.events import (
    Allocation,
    ApprovalTakenBack,
    By,
    DrawdownAdvancesNamed,
    DrawdownApproved,
    DrawdownCredited,
    DrawdownCreditMatched,
    DrawdownCreditReceived,
    DrawdownCreditTakenBack,
    DrawdownDeducted,
    DrawdownDeductionTakenBack,
    DrawdownEvent,
    DrawdownJudged,
    DrawdownMoved,
    DrawdownRecorded,
    DrawdownRecordedAnew,
    DrawdownRejected,
    DrawdownWithdrawn,
    RechargeRecorded,
    RechargeReversed,
)


def evolve(state: State | None, event: DrawdownEvent, on: date, by: By) -> State:
    """The state after a fact. Never refuses: rules live in the decisions."""
    if isinstance(event, DrawdownRecorded):
        return State(
            id=event.id,
            agreement=event.agreement,
            supplier=event.supplier,
            buyer=event.buyer,
            invoice=event.invoice,
            type=event.type,
            issued_on=event.issued_on,
            currency=event.currency,
            amount=event.amount,
            allocations=event.allocations,
            recorded_by=by.person,
            vat=event.vat,
            due_on=event.due_on,
            credits=event.credits,
            room=event.room,
            text=event.text,
            source=event.source,
            flags=event.flags,
            anew_of=event.anew_of,
            taken=event.taken,
            match=event.match,
            prepaid=event.prepaid,
            rounding=event.rounding,
            deducts=event.deducts,
        )
    assert state is not None, "a drawdown's first fact is its recording"
    flags_before = state.flags
    if event.flags:
        state = replace(state, flags=tuple(dict.fromkeys((*state.flags, *event.flags))))
    match event:
        case DrawdownApproved():
            return replace(
                state,
                status="reversed" if 0 < abs(state.amount) <= state.credited else "approved",
                decided_by=by.person,
                decided_on=on,
                room=event.room or state.room,
                reason=event.note,
                right=event.right,
                deputy_for=event.deputy_for,
                allocations=_coded(event.allocations or state.allocations, event.code_strings),
                flags=_flagged(state, event.flags),
                as_recorded=AsRecorded(
                    allocations=state.allocations, room=state.room, flags=flags_before
                ),
            )
        case ApprovalTakenBack():
            return _taken_back(state, event)
        case DrawdownMoved():
            return replace(
                state,
                buyer=event.buyer,
                allocations=event.allocations,
                flags=event.flags,
                credits=event.taken[0].drawdown if event.taken else state.credits,
                taken=event.taken,
                deducts=event.deducts,
                moved_by=tuple(dict.fromkeys((*state.moved_by, by.person))),
                judged=(),
            )
        case DrawdownRejected():
            return replace(
                state,
                status="rejected",
                decided_by=by.person,
                decided_on=on,
                reason=event.reason,
                flags=_flagged(state, event.flags),
            )
        case DrawdownWithdrawn():
            return replace(
                state,
                status="withdrawn",
                decided_by=by.person,
                decided_on=on,
                reason=event.reason,
                flags=_flagged(state, event.flags),
            )
        case DrawdownRecordedAnew():
            return replace(state, anew=(*state.anew, event.drawdown))
        case DrawdownCredited():
            return _credited(state, event)
        case DrawdownDeducted():
            return replace(state, deducted=(*state.deducted, event))
        case DrawdownDeductionTakenBack():
            left = tuple(one for one in state.deducted if one.final != event.final)
            return replace(state, deducted=left)
        case DrawdownAdvancesNamed():
            return replace(
                state,
                deducts=event.deducts,
                allocations=event.allocations,
                flags=event.flags,
                asked=True,
                judged=() if event.allocations != state.allocations else state.judged,
            )
        case DrawdownCreditReceived():
            return replace(state, awaited=(*state.awaited, event.credit))
        case DrawdownCreditMatched():
            return _matched(state, event)
        case DrawdownCreditTakenBack():
            return _credit_taken_back(state, event)
        case RechargeRecorded():
            recharge = Recharge(
                member=event.member, amount=event.amount, reference=event.reference, on=on
            )
            return replace(state, recharges=(*state.recharges, recharge))
        case RechargeReversed():
            return replace(
                state,
                recharges=tuple(
                    replace(one, given_back=one.given_back + event.amount)
                    if (one.member, one.reference) == (event.member, event.reference)
                    else one
                    for one in state.recharges
                ),
            )
        case DrawdownJudged():
            return _judged(state, event, on)
        case _:
            assert_never(event)


def _judged(state: State, event: DrawdownJudged, on: date) -> State:
    """It stays so where its approval is taken back: that is no judgement. One that goes back
    leaves nothing to tell."""
    before = state.as_recorded
    if before is not None:
        funded = [part.funded for part in event.allocations]
        pairs = zip(before.allocations, funded, strict=True)
        others = [flag for flag in before.flags if flag.partition(":")[0] != NOT_ELIGIBLE]
        flags = [flag for flag in event.flags if flag.partition(":")[0] == NOT_ELIGIBLE]
        before = replace(
            before,
            allocations=tuple(replace(part, funded=one) for part, one in pairs),
            flags=tuple(dict.fromkeys((*others, *flags))),
        )
    judged = (*state.judged, Judged(on=on, before=state.allocations))
    if state.judged and state.judged[-1] == Judged(on=on, before=event.allocations):
        judged = state.judged[:-1]
    return replace(
        state,
        allocations=event.allocations,
        flags=event.flags,
        judged=judged,
        as_recorded=before,
    )


def _taken_back(state: State, event: ApprovalTakenBack) -> State:
    """As before it was approved; where it is told without the approval, as it is."""
    before = state.as_recorded
    if before is None:
        return state
    if state.is_partly_tied:
        state = replace(state, credits=None, taken=())
    return replace(
        state,
        status="recorded",
        decided_by="",
        decided_on=None,
        reason="",
        right=None,
        deputy_for=None,
        allocations=before.allocations,
        room=before.room,
        flags=tuple(dict.fromkeys((*before.flags, *event.flags))),
        as_recorded=None,
        asked=state.asked and bool(state.deducts),
    )


def _credited(state: State, event: DrawdownCredited) -> State:
    """One that waits is credited by what was approved before it came, and waits all the same. What
    took back a credit of it lets it count again."""
    credited = state.credited + event.amount
    waits = state.status == "recorded"
    comes = waits and event.amount > 0
    return replace(
        state,
        credited=credited,
        credited_lines=(*state.credited_lines, *event.lines),
        credits_taken=(*state.credits_taken, event),
        awaited=(*state.awaited, event.credit) if comes else state.awaited,
        status="recorded" if waits else _status_of(state, credited),
    )


def _matched(state: State, event: DrawdownCreditMatched) -> State:
    """A credit that was approved before its invoice came stays where it landed."""
    before = state.as_recorded
    tied = replace(state, credits=event.credits, buyer=event.buyer, taken=event.taken)
    if state.status == "approved" and before is not None:
        flags = (f for f in state.flags if f.partition(":")[0] not in (*UNTIED, UNCLEAR))
        return replace(
            tied,
            flags=tuple(dict.fromkeys((*flags, *event.flags))),
            as_recorded=replace(before, flags=event.flags),
        )
    return replace(tied, allocations=event.allocations, flags=event.flags, deducts=event.deducts)


def _credit_taken_back(state: State, event: DrawdownCreditTakenBack) -> State:
    """As before that credit of it was approved."""
    left = tuple(one for one in state.credits_taken if one.credit != event.credit)
    credited = sum(one.amount for one in left)
    return replace(
        state,
        status=_status_of(state, credited),
        credited=credited,
        credited_lines=tuple(line for one in left for line in one.lines),
        credits_taken=left,
    )


def _status_of(state: State, credited: int) -> Status:
    """Of one that was approved, whether so much of it (öre) is all of it."""
    if state.status not in ("approved", "reversed"):
        return state.status
    return "reversed" if 0 < abs(state.amount) <= credited else "approved"


def _flagged(state: State, flags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*state.flags, *flags)))


def _coded(
    allocations: tuple[Allocation, ...], code_strings: tuple[str, ...]
) -> tuple[Allocation, ...]:
    """The parts as they were coded when it was approved, where that is said."""
    if not code_strings:
        return allocations
    return tuple(
        replace(part, code_string=code)
        for part, code in zip(allocations, code_strings, strict=True)
    )
