"""Facts of proposed changes of what several buyers share, told."""

from collections.abc import Iterator, Mapping
from typing import Any, assert_never

import msgspec

from ledger.domain.events import (
    ChangeAccepted,
    ChangeDeclined,
    ChangeProposed,
    ChangeWithdrawn,
    ProposalEvent,
)
from ledger.domain.refusals import Amount, Fault
from ledger.wording import Sentence, words

PROPOSED = {
    "AmendAgreement": words("{organisation} proposes ({number}) to amend: {what}"),
    "ExtendAgreement": words("{organisation} proposes ({number}) to extend: {what}"),
    "SuspendAgreement": words("{organisation} proposes ({number}) to suspend ordering: {what}"),
    "CloseAgreement": words("{organisation} proposes ({number}) to close the agreement: {what}"),
    "ReopenAgreement": words("{organisation} proposes ({number}) to open it again: {what}"),
    "RectifySigning": words("{organisation} proposes ({number}) to put the signing right: {what}"),
    "VoidAgreement": words("{organisation} proposes ({number}) to make it void: {what}"),
    "RemoveLimit": words("{organisation} proposes ({number}) to remove a limit: {what}"),
    "DecideFunding": words("{organisation} proposes ({number}) a source of funding: {what}"),
    "ChangeFunding": words("{organisation} proposes ({number}) to change funding: {what}"),
    "WithdrawFunding": words("{organisation} proposes ({number}) to end funding: {what}"),
    "ClaimFunding": words("{organisation} proposes ({number}) to record a claim: {what}"),
    "ReceiveFunding": words("{organisation} proposes ({number}) to record a payment: {what}"),
    "GiveNumbers": words("{organisation} proposes ({number}) other numbers to go by: {what}"),
    "PublishNotice": words("{organisation} proposes ({number}) to record a notice: {what}"),
}
"""What is proposed, by the command's name."""
MONEY = ("cap", "amount", "ceiling")
"""Members of a command in öre."""


def tell_proposal(event: ProposalEvent, currency: str) -> Sentence:
    """What happened, in words. `currency` is the agreement's."""
    match event:
        case ChangeProposed():
            return proposed(event.action, event.asked, event.proposed_by, event.number, currency)
        case ChangeAccepted(carried_out=True):
            template = "{organisation} agreed to proposal {number}, as the last: it is carried out"
            return words(template, organisation=event.buyer, number=event.number)
        case ChangeAccepted():
            template = "{organisation} agreed to proposal {number}"
            return words(template, organisation=event.buyer, number=event.number)
        case ChangeDeclined():
            template = "{organisation} did not agree to proposal {number}: {because}"
            because = event.reason or "–"
            return words(template, organisation=event.buyer, number=event.number, because=because)
        case ChangeWithdrawn():
            template = "Proposal {number} is withdrawn: {because}"
            return words(template, number=event.number, because=event.reason or "–")
        case _:
            assert_never(event)


def proposed(action: str, asked: str, by: str, number: int, currency: str) -> Sentence:
    """Who proposes what: each member of the command, amounts as such."""
    members = [*_members(msgspec.json.decode(asked), currency)]
    return Sentence(
        PROPOSED[action].template,
        {"organisation": by, "number": number, "what": tuple(members)},
    )


def _members(asked: Any, currency: str, at: str = "") -> Iterator[Fault]:
    """What a command says, a member each, as the API calls them."""
    if isinstance(asked, Mapping):
        for name, value in asked.items():
            if not at and name in ("agreement", "on"):
                continue
            yield from _members(value, currency, f"{at}.{name}" if at else name)
    elif isinstance(asked, list):
        for i, value in enumerate(asked, 1):
            yield from _members(value, currency, f"{at}.{i}")
    elif asked not in ("", None, False) or at == "cap":
        money = isinstance(asked, int) and at.rpartition(".")[2] in MONEY
        said = Amount(asked, currency) if money else str(asked)
        yield Fault(
            pointer="", sentence="{member}: {value}.", figures={"member": at, "value": said}
        )
