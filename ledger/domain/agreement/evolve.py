"""How each fact changes an agreement. Never refuses: rules live in the decisions."""

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from msgspec.structs import replace

from ledger.domain import limits as rule
from ledger.domain.agreement.competition import competed
from ledger.domain.agreement.funded import funded, stepped
from ledger.domain.agreement.latest import latest_after
from ledger.domain.agreement.notices import answered, noticed, published
from ledger.domain.agreement.proposal import proposed
from ledger.domain.agreement.state import (
    Joined,
    Replaced,
    ShareMove,
    State,
)
from ledger.domain.amounts import AmountFrom
from ledger.domain.events import (
    AgreementAmended,
    AgreementClosed,
    AgreementEvent,
    AgreementExpired,
    AgreementExtended,
    AgreementNumbersGiven,
    AgreementNumbersSkipped,
    AgreementRectified,
    AgreementReopened,
    AgreementSigned,
    AgreementSuspended,
    AgreementVoided,
    By,
    ChangeAccepted,
    ChangeDeclined,
    ChangeProposed,
    ChangeWithdrawn,
    CompetitionAnswered,
    CompetitionAwarded,
    CompetitionCancelled,
    CompetitionEvent,
    CompetitionOpened,
    FundingChanged,
    FundingClaimed,
    FundingDecided,
    FundingMeasured,
    FundingPaid,
    FundingUsed,
    FundingWithdrawn,
    InKindRecorded,
    LimitRemoved,
    NoticePublished,
    OffersOpened,
    RoomMoved,
    RoomReserved,
    RoundResultReported,
    ShareMoveAccepted,
    ShareMoveDeclined,
    ShareMoveProposed,
    TermAlertRaised,
    ThresholdCrossed,
    UnderUseAlertRaised,
)
from ledger.domain.events.room import OPENING
from ledger.domain.limits import CAP, Limit, LimitRule
from ledger.domain.money import least_of
from ledger.domain.regime import Change, PolicyFrom, policy_on
from ledger.domain.sharing import Share, add_shares


def evolve(state: State | None, event: AgreementEvent, on: date, by: By) -> State:
    """The state after a fact. Never refuses: rules live in the decisions.

    As of a day a fact may count before its cause does: what it is about is then passed over.
    """
    if isinstance(event, AgreementSigned):
        return replace(_signed(event), signed_by=by.person)
    assert state is not None, "an agreement's first fact is its signing"
    latest = latest_after(state.latest, event, on)
    if latest is not state.latest:
        state = replace(state, latest=latest)
    match event:
        case RoomReserved():
            used = tuple(one for one in state.competitions if one.number != event.competition)
            totals, days = rule.add(state.totals, state.days, event.moves, on)
            return replace(
                state, orders=event.sequence, totals=totals, days=days, competitions=used
            )
        case AgreementNumbersSkipped():
            opened = max(state.competitions_opened, event.competitions)
            orders = max(state.orders, event.orders)
            return replace(state, orders=orders, competitions_opened=opened)
        case RoomMoved():
            totals, days = rule.add(state.totals, state.days, event.moves, on)
            opened = state.has_openings or event.cause == OPENING
            return replace(state, totals=totals, days=days, has_openings=opened)
        case ThresholdCrossed():
            return _crossed(state, event)
        case UnderUseAlertRaised():
            said = dict(state.under_use)
            said[event.limit] = max(event.planned_by, said.get(event.limit, date.min))
            return replace(state, under_use=tuple(said.items()))
        case AgreementAmended():
            return _amended(state, event, on)
        case AgreementExtended():
            return replace(
                state,
                ends_on=event.ends_on,
                signed_end=state.signed_end or state.ends_on,
                extensions_used=event.option,
                flags=tuple(dict.fromkeys((*state.flags, *event.flags))),
                expired=False,
                term_alerts=(),
            )
        case AgreementExpired():
            return replace(state, expired=True)
        case TermAlertRaised():
            return replace(state, term_alerts=(*state.term_alerts, event.months))
        case AgreementRectified():
            return _rectified(state, event)
        case AgreementVoided():
            return replace(state, status="voided")
        case LimitRemoved():
            return replace(state, limits=_without(state.limits, event))
        case AgreementSuspended():
            return replace(state, status="suspended", suspended_on=on)
        case AgreementClosed():
            return replace(state, status="closed", closed_on=on)
        case AgreementReopened():
            return replace(state, status="active", closed_on=None, suspended_on=None)
        case ShareMoveProposed() | ShareMoveAccepted() | ShareMoveDeclined():
            return _share_moved(state, event, on)
        case ChangeProposed() | ChangeAccepted() | ChangeDeclined() | ChangeWithdrawn():
            return proposed(state, event, on)
        case InKindRecorded():
            given = Share(organisation=event.organisation, amount=event.amount)
            return replace(state, in_kind=add_shares(state.in_kind, (given,)))
        case NoticePublished():
            known = published(state.notices, event)
            return replace(state, notices=known, flags=answered(state.flags, known))
        case RoundResultReported():
            of = event.result
            others = (
                one
                for one in state.results
                if (one.programme, one.round) != (of.programme, of.round)
            )
            told = (of.programme, of.round)
            reported = [one for one in state.reported if one[:2] != told]
            reported.append((*told, by.organisation))
            return replace(state, results=(*others, of), reported=tuple(reported))
        case AgreementNumbersGiven():
            return replace(state, numbers=event.numbers)
        case (
            FundingDecided()
            | FundingChanged()
            | FundingWithdrawn()
            | FundingUsed()
            | FundingMeasured()
            | FundingClaimed()
            | FundingPaid()
        ):
            return funded(state, event)
        case (
            CompetitionOpened()
            | CompetitionAnswered()
            | OffersOpened()
            | CompetitionAwarded()
            | CompetitionCancelled()
        ):
            return _competed(state, event, on, by)
        case _:
            assert_never(event)


def _competed(state: State, event: CompetitionEvent, on: date, by: By) -> State:
    """Only those that something can still come of are kept."""
    known = {one.number: one for one in state.competitions}
    after = competed(known.get(event.number), event, on, by.organisation)
    if after is None:
        return state
    known[event.number] = after
    return replace(
        state,
        competitions=tuple(one for one in known.values() if one.status != "cancelled"),
        competitions_opened=max(state.competitions_opened, event.number),
    )


def _signed(event: AgreementSigned) -> State:
    cap = Limit(
        name=CAP,
        amounts=(AmountFrom(effective_on=event.starts_on, amount=event.cap),),
        effect=event.policy.cap_effect,
        tolerance=event.policy.cap_tolerance,
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
        limits=_in_currency((cap, *event.limits), event.currency),
        original_cap=event.cap,
        original_tolerance=event.policy.cap_tolerance,
        selection=event.selection,
        numbers=event.numbers,
    )


def _rectified(state: State, event: AgreementRectified) -> State:
    """As if it had been signed so: what came since is none of the signing's."""
    right = _signed(event.signing)
    return replace(
        state,
        **{name: getattr(right, name) for name in SIGNED},
    )


SIGNED = ("title", "currency", "buyers", "suppliers", "signed_on", "starts_on", "ends_on",
          "signed_end", "regime", "policy", "limits", "original_cap", "original_tolerance",
          "selection")  # fmt: skip
"""Members of the state that a signing makes."""


def _in_currency(limits: tuple[Limit, ...], currency: str) -> tuple[Limit, ...]:
    """Limits that are used in whole ones of a currency's least part; in seats they are counted."""
    least = least_of(currency)
    return tuple(replace(one, least=least) if one.unit == "money" else one for one in limits)


def _without(limits: tuple[Limit, ...], event: LimitRemoved) -> tuple[Limit, ...]:
    return tuple(
        replace(one, removed_on=event.removed_from) if one.name == event.limit else one
        for one in limits
    )


def _amended(state: State, event: AgreementAmended, on: date) -> State:
    """What it sets holds from its day on, until it is set again from another."""
    step = _policy_step(event, on)
    change = change_of(state, event.ground, event.cap, step, on)
    change = replace(change, covered=event.covered)
    if not event.covered:
        return replace(state, changes=(*state.changes, change))
    steps = (*(((CAP, event.cap),) if event.cap else ()), *event.limit_changes)
    state = _with_policy(stepped(state, steps), step)
    rules = {limit_rule.name: limit_rule for limit_rule in event.limit_rules}
    limits = (
        limit.bound_by(rules[limit.name], on) if limit.name in rules else limit
        for limit in state.limits
    )
    joined = (Joined(buyer=party.organisation, on=on) for party in event.buyers)
    return replace(
        state,
        changes=(*state.changes, change),
        limits=(*limits, *_in_currency(event.limits, state.currency)),
        buyers=(*state.buyers, *event.buyers),
        joined=(*state.joined, *joined),
        suppliers=(*state.suppliers, *(one.by for one in event.suppliers)),
        replaced=(
            *state.replaced,
            *(
                Replaced(supplier=one.supplier, by=one.by.organisation, on=on)
                for one in event.suppliers
            ),
        ),
        selection=event.selection or state.selection,
        flags=tuple(dict.fromkeys((*state.flags, *event.flags))),
        notices=noticed(state.notices, event),
    )


def change_of(
    state: State, ground: str, sets: AmountFrom | None, policy: PolicyFrom | None, on: date
) -> Change:
    """What an amendment does to the cap from a day; its size is measured beside the others'."""
    tolerance = None
    if policy is not None and "cap_tolerance" in (policy.members or ("cap_tolerance",)):
        tolerance = policy.policy.cap_tolerance
        if not policy.members and tolerance == state.policy_on(on).cap_tolerance:
            tolerance = None
    return Change(
        ground=ground,
        amount=0,
        covered=True,
        on=max(on, state.starts_on) if sets is None else sets.effective_on,
        sets=sets,
        tolerance=tolerance,
    )


def _policy_step(event: AgreementAmended, on: date) -> PolicyFrom | None:
    """The members that were changed; all where the fact does not say which were."""
    if event.policy is None:
        return None
    return PolicyFrom(effective_on=on, policy=event.policy, members=event.policy_changes)


def _with_policy(state: State, step: PolicyFrom | None) -> State:
    if step is None:
        return state
    signed = PolicyFrom(effective_on=date.min, policy=state.policy)
    policies = (*(state.policies or (signed,)), step)
    return replace(
        state,
        policy=policy_on(state.policy, policies, date.max),
        policies=policies,
        limits=(cap_after(state.cap, step), *state.limits[1:]),
    )


def cap_after(cap: Limit, step: PolicyFrom, amounts: Iterable[AmountFrom] = ()) -> Limit:
    """The cap after steps of its amount, as a step of the policy lets it bind."""
    cap = replace(cap, amounts=(*cap.amounts, *amounts))
    said = step.members or ("cap_effect", "cap_tolerance")
    binding = LimitRule(
        name=cap.name,
        effect=step.policy.cap_effect if "cap_effect" in said else None,
        tolerance=step.policy.cap_tolerance if "cap_tolerance" in said else None,
    )
    if binding.effect is None and binding.tolerance is None:
        return cap
    return cap.bound_by(binding, step.effective_on)


def _crossed(state: State, event: ThresholdCrossed) -> State:
    said = event.limit, event.percent, event.amount
    return state if said in state.crossed else replace(state, crossed=(*state.crossed, said))


def _share_moved(
    state: State, event: ShareMoveProposed | ShareMoveAccepted | ShareMoveDeclined, on: date
) -> State:
    if isinstance(event, ShareMoveProposed):
        move = ShareMove(
            number=event.number,
            giver=event.giver,
            receiver=event.receiver,
            amount=event.amount,
            proposed_by=event.proposed_by,
            moves_from=event.moves_from,
            proposed_on=on,
        )
        return replace(state, share_moves=event.number, proposed=(*state.proposed, move))
    if isinstance(event, ShareMoveAccepted):
        state = stepped(state, event.limit_changes)
    left = tuple(move for move in state.proposed if move.number != event.number)
    return replace(state, proposed=left)
