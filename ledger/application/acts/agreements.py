"""What is done to an agreement: signed, amended, extended, stopped, shared."""

from typing import Any

import msgspec

from ledger.application.acts.act import Act, Members, Part, There
from ledger.application.acts.splits import weighed
from ledger.application.bodies.agreements import (
    AcceptChange,
    AcceptShareMove,
    Amend,
    Dated,
    DeclineShareMove,
    EndProposal,
    Extend,
    GiveNumbers,
    ProposeShareMove,
    PublishNotice,
    Reason,
    RecordInKind,
    Rectify,
    RemoveLimit,
    ReportResult,
    SignAgreement,
    Void,
)
from ledger.domain import agreement
from ledger.domain.refusals import AlreadyExists, NotAParty
from ledger.domain.regime import Policy, default_amendments

AGREEMENT = "/agreements/<agreement:number>"
MANAGERS = ("manager", "admin")
MOVE = Part(
    variable="move",
    member="number",
    asked="number",
    said="The proposal's number in the agreement.",
)
PROPOSAL = Part(
    variable="proposal",
    member="number",
    asked="number",
    said="The proposal's number in the agreement.",
)
PROPOSALS = f"{AGREEMENT}/proposals/<sequence:proposal>"


def sign(there: There, body: Members) -> agreement.SignAgreement:
    """Raises NotAParty for the manager of an organisation that is none of the buyers, AlreadyExists
    where a number that was signed before numbers took their own stream differs by case alone."""
    given = weighed(body["policy"], "/policy")
    policy = {
        "amendments": default_amendments(body["regime"]),
        "sealed_offers": True,
        **given,
    }
    command = msgspec.convert({**body, "policy": policy}, agreement.SignAgreement)
    if (taken := there.taken(command.number)) is not None:
        raise AlreadyExists(what="agreement", name=taken)
    buyers = [party.organisation for party in command.buyers]
    if there.by.role == "manager" and there.by.organisation not in buyers:
        raise NotAParty(
            organisation=", ".join(buyers), name=command.number, acting=there.by.organisation
        )
    return command


def amend(there: There, body: Members) -> agreement.AmendAgreement:
    """The members of the policy that change are typed as the policy has them."""
    types = msgspec.structs.fields(Policy)
    of = {field.name: field.type for field in types}
    given = weighed(body.get("policy", {}), "/change/policy")
    policy = {name: msgspec.convert(value, of[name]) for name, value in given.items()}
    effective_on = body.get("effective_on") or body["decided_on"]
    members = {**body, "policy": policy, "effective_on": effective_on, "agreement": there.name}
    return msgspec.convert(members, agreement.AmendAgreement)


def in_kind(there: There, body: Members) -> agreement.RecordInKind:
    """Of the organisation that acts, where the body names no other."""
    members = {"organisation": there.by.organisation, **body, "agreement": there.name}
    return msgspec.convert(members, agreement.RecordInKind)


def report_result(there: There, body: Members) -> agreement.ReportResult:
    """With whose round it is: what another has ordered nobody tells of in their place."""
    whose = there.orderers(body["programme"], body.get("round"))
    members = {**body, "agreement": there.name, "orderers": whose}
    return msgspec.convert(members, agreement.ReportResult)


def _act(name: str, **more: Any) -> Act:
    given: dict[str, Any] = {
        "to": "agreement",
        "name": name,
        "roles": MANAGERS,
        "answer": "agreements.Agreement",
        "route": f"{AGREEMENT}/{name}",
        **more,
    }
    return Act(**given)


ACTS = (
    _act(
        "sign",
        says="Sign a framework agreement.",
        command=agreement.SignAgreement,
        body=SignAgreement,
        makes=sign,
        route="/agreements",
        creates="agreements",
        step=None,
    ),
    _act(
        "amend",
        says="Change the cap, the limits, the buyers or the policy, on a ground.",
        command=agreement.AmendAgreement,
        body=Amend,
        makes=amend,
        route=f"{AGREEMENT}/amendments",
        creates="agreements",
    ),
    _act(
        "extend",
        says="Use the next extension option.",
        command=agreement.ExtendAgreement,
        body=Extend,
        route=f"{AGREEMENT}/extensions",
        creates="agreements",
    ),
    _act(
        "propose-share-move",
        says="Propose that room moves between two shares; the other buyer accepts.",
        command=agreement.ProposeShareMove,
        body=ProposeShareMove,
        route=f"{AGREEMENT}/share-moves",
    ),
    _act(
        "accept-share-move",
        says="Agree, as the other of the two buyers: one share is less, the other more.",
        command=agreement.AcceptShareMove,
        body=AcceptShareMove,
        part=MOVE,
        route=f"{AGREEMENT}/share-moves/<sequence:move>/accept",
    ),
    _act(
        "decline-share-move",
        says="End a proposal, as either of the two buyers.",
        command=agreement.DeclineShareMove,
        body=DeclineShareMove,
        part=MOVE,
        route=f"{AGREEMENT}/share-moves/<sequence:move>/decline",
    ),
    _act(
        "accept-change",
        says="Agree to what another buyer proposes; when all whom it touches agree, it is done.",
        command=agreement.AcceptChange,
        body=AcceptChange,
        part=PROPOSAL,
        route=f"{PROPOSALS}/accept",
        step=None,
    ),
    _act(
        "decline-change",
        says="Do not agree to what another buyer proposes: the proposal ends.",
        command=agreement.DeclineChange,
        body=EndProposal,
        part=PROPOSAL,
        route=f"{PROPOSALS}/decline",
        step=None,
    ),
    _act(
        "withdraw-change",
        says="Take one's own proposal back.",
        command=agreement.WithdrawChange,
        body=EndProposal,
        part=PROPOSAL,
        route=f"{PROPOSALS}/withdraw",
        step=None,
    ),
    _act(
        "in-kind",
        says="Record what a buyer gave in kind: beside the balance, never in it.",
        command=agreement.RecordInKind,
        body=RecordInKind,
        makes=in_kind,
        roles=("manager", "finance", "admin"),
    ),
    _act(
        "report-result",
        says="Report what a round of a programme came to, in words and counts.",
        command=agreement.ReportResult,
        body=ReportResult,
        makes=report_result,
        route=f"{AGREEMENT}/results",
    ),
    _act(
        "give-numbers",
        says="Say which further numbers it goes by, for invoices to be found by.",
        command=agreement.GiveNumbers,
        body=GiveNumbers,
        route=f"{AGREEMENT}/numbers",
    ),
    _act(
        "publish-notice",
        says="Tell the public notice of an amendment that was recorded without it.",
        command=agreement.PublishNotice,
        body=PublishNotice,
        route=f"{AGREEMENT}/notices",
    ),
    _act(
        "suspend",
        says="Stop ordering for a time.",
        command=agreement.SuspendAgreement,
        body=Reason,
    ),
    _act(
        "close",
        says="Close for orders; open orders live on.",
        command=agreement.CloseAgreement,
        body=Reason,
        step="close-agreement",
    ),
    _act(
        "reopen",
        says="Open for orders again.",
        command=agreement.ReopenAgreement,
        body=Reason,
    ),
    _act(
        "rectify",
        says="Put right what was mistyped at signing, as another person, before anything stands on "
        "it.",
        command=agreement.RectifySigning,
        body=Rectify,
    ),
    _act(
        "void",
        says="Make an agreement void that was signed by mistake; its number stays taken.",
        command=agreement.VoidAgreement,
        body=Void,
    ),
    _act(
        "remove-limit",
        says="Remove a limit that should not be there, or matches the wrong lines, from a day.",
        command=agreement.RemoveLimit,
        body=RemoveLimit,
    ),
    _act(
        "watch-term",
        says="Record what a day brings about.",
        command=agreement.WatchTerm,
        body=Dated,
        roles=(),
        route="",
    ),
)
