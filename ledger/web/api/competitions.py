"""Renewed competitions under an agreement: open, answer, award, cancel, see."""

from typing import Any

from flask import Response

from ledger.application import answers, competing
from ledger.application.answers.competitions import Competitions, competition_answer
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import Times
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, then_of

blueprint = routes.blueprint("competitions", "Renewed competitions under an agreement.")
acts.offer(blueprint, "competitions")


@blueprint.get("/agreements/<agreement:number>/competitions")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, Competitions)
def listed(query: dict[str, Any], number: str) -> Response:
    """All of them, also those that are over; a supplier sees those that it was asked in."""
    found = competing.seen(asker(), number, then_of(query))
    items = [competition_answer(number, one) for one in found]
    return answering.answer(Competitions(items=items))


@blueprint.get("/agreements/<agreement:number>/competitions/<sequence:competition>")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, answers.Competition)
def one(query: dict[str, Any], number: str, competition: int) -> Response:
    """Who was asked, who answered, who won and why."""
    found = competing.one_of(asker(), number, competition, then_of(query))
    return answering.answer(competition_answer(number, found))
