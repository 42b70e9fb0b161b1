"""What all share of an agreement that nobody leads: one proposes, those whom it touches agree.

What is proposed is kept as it was asked, and decided anew when the last of them has agreed.
"""

from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from ledger.bounds import MAX_PROPOSALS
from ledger.domain.agreement.acting import touched_by
from ledger.domain.agreement.claiming import ClaimFunding, ReceiveFunding
from ledger.domain.agreement.commands import (
    AmendAgreement,
    CloseAgreement,
    ExtendAgreement,
    RemoveLimit,
    ReopenAgreement,
    SuspendAgreement,
)
from ledger.domain.agreement.funding import ChangeFunding, DecideFunding, WithdrawFunding
from ledger.domain.agreement.mending import RectifySigning, VoidAgreement
from ledger.domain.agreement.notices import PublishNotice
from ledger.domain.agreement.numbers import GiveNumbers
from ledger.domain.agreement.proposal import open_proposal, waiting
from ledger.domain.agreement.state import Proposal, State, stream
from ledger.domain.events import (
    ChangeAccepted,
    ChangeDeclined,
    ChangeProposed,
    ChangeWithdrawn,
    New,
)
from ledger.domain.given import Given
from ledger.domain.refusals import Fault, Invalid, NotAParty
from ledger.domain.regime import Policy

Shared = (
    AmendAgreement
    | ExtendAgreement
    | SuspendAgreement
    | CloseAgreement
    | ReopenAgreement
    | RectifySigning
    | VoidAgreement
    | RemoveLimit
    | DecideFunding
    | ChangeFunding
    | WithdrawFunding
    | ClaimFunding
    | ReceiveFunding
    | GiveNumbers
    | PublishNotice
)
SHARED: dict[str, Any] = {kind.__name__: kind for kind in Shared.__args__}
"""What changes what all share, by its name in facts."""
_HAPPENED = (ClaimFunding, ReceiveFunding, PublishNotice)
"""Of these the day is that of what somebody else did or was told: it stays, whenever all agree."""


class ProposeChange(msgspec.Struct, frozen=True, kw_only=True):
    """Propose a change of what all share to the other buyers that it touches."""

    agreement: str
    change: Shared
    on: date


class AcceptChange(msgspec.Struct, frozen=True, kw_only=True):
    """Agree to what another buyer proposed; after the last that it touches it is carried out."""

    agreement: str
    number: int
    on: date


class DeclineChange(msgspec.Struct, frozen=True, kw_only=True):
    """Do not agree: the proposal ends."""

    agreement: str
    number: int
    on: date
    reason: str = ""


class WithdrawChange(msgspec.Struct, frozen=True, kw_only=True):
    """Take one's own proposal back."""

    agreement: str
    number: int
    on: date
    reason: str = ""


def propose_change(command: ProposeChange, state: State, given: Given) -> list[New]:
    """Nothing is changed yet. Raises NotAParty, Invalid where nobody else has to agree."""
    by = given.by.organisation
    _require_one_of(state, by, [party.organisation for party in state.buyers])
    touches = tuple(name for name in touched_by(command.change, state, given) if name != by)
    if not touches:
        raise Invalid(Fault(pointer="", sentence="Nobody else has to agree: do it."))
    if len(state.proposals) >= MAX_PROPOSALS:
        sentence = "There are {count} open proposals: answer or withdraw some of them."
        figures = {"count": str(len(state.proposals))}
        raise Invalid(Fault(pointer="", sentence=sentence, figures=figures))
    event = ChangeProposed(
        number=state.changes_proposed + 1,
        action=type(command.change).__name__,
        asked=msgspec.json.encode(command.change, order="sorted").decode(),
        proposed_by=by,
        touches=touches,
    )
    return [New(stream(state.number), event, command.on)]


def accept_change(command: AcceptChange, state: State, given: Given) -> list[New]:
    """What is carried out then is decided beside it. Raises NotFound, NotAParty."""
    found, by = open_proposal(state, command.number), given.by.organisation
    _require_one_of(state, by, waiting(found))
    last = set(waiting(found)) <= {by}
    event = ChangeAccepted(number=found.number, buyer=by, carried_out=last)
    return [New(stream(state.number), event, command.on)]


def decline_change(command: DeclineChange, state: State, given: Given) -> list[New]:
    """Any of those that it touches ends it. Raises NotFound, NotAParty."""
    found, by = open_proposal(state, command.number), given.by.organisation
    _require_one_of(state, by, found.touches)
    event = ChangeDeclined(number=found.number, buyer=by, reason=command.reason)
    return [New(stream(state.number), event, command.on)]


def withdraw_change(command: WithdrawChange, state: State, given: Given) -> list[New]:
    """Raises NotFound, NotAParty."""
    found = open_proposal(state, command.number)
    _require_one_of(state, given.by.organisation, (found.proposed_by,))
    event = ChangeWithdrawn(number=found.number, reason=command.reason)
    return [New(stream(state.number), event, command.on)]


def change_of(of: Proposal, on: date) -> Shared:
    """What was proposed, as it was asked; done on a day, where its own is an earlier one."""
    found = msgspec.json.decode(of.asked, type=SHARED[of.action])
    if "on" in found.__struct_fields__ and not isinstance(found, _HAPPENED):
        found = replace(found, on=max(found.on, on))
    if isinstance(found, AmendAgreement):
        types = {field.name: field.type for field in msgspec.structs.fields(Policy)}
        policy = {name: msgspec.convert(value, types[name]) for name, value in found.policy.items()}
        return replace(found, policy=policy)
    return found  # type: ignore[no-any-return]


def _require_one_of(
    state: State, acting: str, organisations: "tuple[str, ...] | list[str]"
) -> None:
    if acting not in organisations:
        either = " / ".join(organisations)
        raise NotAParty(organisation=either, name=state.number, acting=acting)
