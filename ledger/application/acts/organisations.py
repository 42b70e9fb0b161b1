"""What an organisation decides of its own: who attests its costs, and how they are coded."""

from typing import Any

import msgspec

from ledger.application.acts.act import Act, Members, Part, There
from ledger.application.bodies.organisations import (
    EndAttestRight,
    EndDeputy,
    GrantAttestRight,
    NameDeputy,
    SetAddress,
    SetCodeMap,
    SetOwnCost,
)
from ledger.domain import organisation

ORGANISATION = "/organisations/<organisation:number>"
RIGHT = Part(variable="right", member="number", asked="right", said="The right's number.")
DEPUTY = Part(variable="deputy", member="number", asked="deputy", said="The deputy's number.")


def _act(name: str, **more: Any) -> Act:
    given: dict[str, Any] = {
        "to": "organisation",
        "name": name,
        "roles": ("manager", "admin"),
        "answer": "organisations.Organisation",
        "route": f"{ORGANISATION}/{name}",
        "step": None,
        "dry_run": False,
        **more,
    }
    return Act(**given)


def end(there: There, body: Members) -> organisation.EndAttestRight:
    """With what was approved under the right since: it does not end before that."""
    assert there.part is not None, "the right is named"
    known = there.approved_after(body["ends_on"], right=there.part)
    members = {"organisation": there.name, "number": there.part, "approvals": known}
    return msgspec.convert({**body, **members}, organisation.EndAttestRight)


def end_deputy(there: There, body: Members) -> organisation.EndDeputy:
    """With what the deputy approved since: it does not end before that."""
    assert there.part is not None, "the deputy is named"
    known = there.approved_after(body["ends_on"], deputy=there.part)
    members = {"organisation": there.name, "number": there.part, "approvals": known}
    return msgspec.convert({**body, **members}, organisation.EndDeputy)


ACTS = (
    _act(
        "grant",
        says="Let a person attest costs of some responsibility codes.",
        command=organisation.GrantAttestRight,
        body=GrantAttestRight,
        route=f"{ORGANISATION}/attest-rights",
        verb="attest grant",
    ),
    _act(
        "end",
        says="End an attest right, sooner than it would.",
        command=organisation.EndAttestRight,
        body=EndAttestRight,
        makes=end,
        part=RIGHT,
        route=f"{ORGANISATION}/attest-rights/<sequence:right>/end",
        verb="attest end",
    ),
    _act(
        "name-deputy",
        says="Let somebody attest under every right of a person.",
        command=organisation.NameDeputy,
        body=NameDeputy,
        route=f"{ORGANISATION}/deputies",
        verb="attest deputy",
    ),
    _act(
        "end-deputy",
        says="End a deputy's time, sooner than it would.",
        command=organisation.EndDeputy,
        body=EndDeputy,
        makes=end_deputy,
        part=DEPUTY,
        route=f"{ORGANISATION}/deputies/<sequence:deputy>/end",
        verb="attest end-deputy",
    ),
    _act(
        "set-own-cost",
        says="Say what counts as one's own cost, which nobody attests.",
        command=organisation.SetOwnCost,
        body=SetOwnCost,
        route=f"{ORGANISATION}/own-cost",
        verb="attest own-cost",
    ),
    _act(
        "set-code-map",
        says="Say which parts the organisation's code strings have.",
        command=organisation.SetCodeMap,
        body=SetCodeMap,
        route=f"{ORGANISATION}/code-map",
        verb="organisation code-map",
    ),
    _act(
        "set-address",
        says="Say by which address of e-mail the organisation's orders come to it.",
        command=organisation.SetAddress,
        body=SetAddress,
        answer="organisations.AddressOfRecord",
        roles=("supplier", "manager", "admin"),
        route=f"{ORGANISATION}/address",
        verb="organisation address",
        by_hand=True,
    ),
)
