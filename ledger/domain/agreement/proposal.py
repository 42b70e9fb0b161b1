"""A proposed change of what all share, as its facts so far make it."""

from datetime import date
from typing import assert_never

from msgspec.structs import replace

from ledger.domain.agreement.state import Proposal, State
from ledger.domain.events import (
    ChangeAccepted,
    ChangeDeclined,
    ChangeProposed,
    ChangeWithdrawn,
    ProposalEvent,
)
from ledger.domain.refusals import NotFound


def open_proposal(state: State, number: int) -> Proposal:
    """One that is open. Raises NotFound."""
    for one in state.proposals:
        if one.number == number:
            return one
    raise NotFound(what="open proposal", name=f"{state.number}/{number}")


def waiting(of: Proposal) -> tuple[str, ...]:
    """The buyers that have not agreed yet."""
    return tuple(name for name in of.touches if name not in of.accepted)


def proposed(state: State, event: ProposalEvent, on: date) -> State:
    """The agreement after a fact of a proposal: those that are open are kept."""
    others = tuple(one for one in state.proposals if one.number != event.number)
    match event:
        case ChangeProposed():
            new = Proposal(
                number=event.number,
                action=event.action,
                asked=event.asked,
                proposed_by=event.proposed_by,
                touches=event.touches,
                proposed_on=on,
            )
            return replace(state, changes_proposed=event.number, proposals=(*others, new))
        case ChangeAccepted():
            if event.carried_out:
                return replace(state, proposals=others)
            known = (
                replace(one, accepted=(*one.accepted, event.buyer))
                if one.number == event.number
                else one
                for one in state.proposals
            )
            return replace(state, proposals=tuple(known))
        case ChangeDeclined() | ChangeWithdrawn():
            return replace(state, proposals=others)
        case _:
            assert_never(event)
