"""What is done in a renewed competition under an agreement."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import msgspec

from ledger.application.acts.act import BUYERS, SUPPLIERS, Act, Members, Part, There
from ledger.application.bodies.competitions import (
    AnswerCompetition,
    AwardCompetition,
    CancelCompetition,
    OpenCompetition,
    OpenOffers,
)
from ledger.domain import agreement

if TYPE_CHECKING:
    from ledger.application.asker import Asker
    from ledger.service import Outcome

COMPETITIONS = "/agreements/<agreement:number>/competitions"
COMPETITION = Part(
    variable="competition",
    member="number",
    asked="competition",
    said="The competition's number in the agreement.",
)


def answer(there: There, body: Members) -> agreement.AnswerCompetition:
    """Of the organisation that acts, where the body names no other."""
    supplier = body.get("supplier") or there.by.organisation
    members = {**body, "agreement": there.name, "number": there.part, "supplier": supplier}
    members["salt"] = secrets.token_hex(16)
    return msgspec.convert(members, agreement.AnswerCompetition)


def tells(asker: Asker, command: Any, outcome: Outcome) -> Any:
    """The competition as it is after the act: it is told from the facts, not from a state."""
    from ledger.application import competing  # with the read models, which no other act needs
    from ledger.application.answers.competitions import competition_answer
    from ledger.projections.then import NOW

    state = outcome.state
    assert isinstance(state, agreement.State), "competitions are the agreement's"
    number = getattr(command, "number", state.competitions_opened)
    found = competing.one_of(asker, state.number, number, NOW, outcome.version)
    return competition_answer(state.number, found)


def _act(name: str, **more: Any) -> Act:
    given: dict[str, Any] = {
        "to": "agreement",
        "name": name if name == "open-offers" else f"{name}-competition",
        "roles": BUYERS,
        "answer": "competitions.Competition",
        "route": f"{COMPETITIONS}/<sequence:competition>/{name}",
        "section": "competitions",
        "verb": f"competition {name}",
        "part": COMPETITION,
        "dry_run": False,
        "tells": tells,
        **more,
    }
    return Act(**given)


ACTS = (
    _act(
        "open",
        operation="opened",
        says="Ask suppliers for an offer.",
        command=agreement.OpenCompetition,
        body=OpenCompetition,
        route=COMPETITIONS,
        part=None,
    ),
    _act(
        "answer",
        operation="answered",
        says="Make an offer, or none; a new answer takes the place of the one before.",
        command=agreement.AnswerCompetition,
        body=AnswerCompetition,
        makes=answer,
        roles=SUPPLIERS,
        acts_as="admin",
    ),
    _act(
        "open-offers",
        operation="offers_opened",
        says="Open what was offered under seal, from the day after the last day to answer.",
        command=agreement.OpenOffers,
        body=OpenOffers,
        roles=("manager", "admin"),
        route=f"{COMPETITIONS}/<sequence:competition>/open-offers",
        verb="competition open-offers",
    ),
    _act(
        "award",
        operation="awarded",
        says="Say who won, and why.",
        command=agreement.AwardCompetition,
        body=AwardCompetition,
    ),
    _act(
        "cancel",
        operation="cancelled",
        says="End it without an order, with the reason.",
        command=agreement.CancelCompetition,
        body=CancelCompetition,
    ),
)
