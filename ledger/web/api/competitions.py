"""Renewed competitions under an agreement: open, answer, award, cancel, see."""

from typing import Any

from flask import Response, g

from ledger.application import answers, bodies, competing
from ledger.application.answers.competitions import Competitions, competition_answer
from ledger.domain import agreement
from ledger.domain.agreement import Competition, competition_name
from ledger.domain.refusals import NotFound
from ledger.projections import competitions
from ledger.projections.then import NOW, Then
from ledger.web import seen
from ledger.web.access import EVERYONE, allow
from ledger.web.api import common

blueprint = common.blueprint("competitions", "Renewed competitions under an agreement.")
BUYER = ("orderer", "manager", "admin")


@blueprint.get("/agreements/<agreement:number>/competitions")
@allow(*EVERYONE)
@blueprint.arguments(bodies.Times, location="query")
@blueprint.response(200, Competitions)
def listed(query: dict[str, Any], number: str) -> Response:
    """All of them, also those that are over; a supplier sees those that it was asked in."""
    found = _seen(number, seen.then(query))
    items = [competition_answer(number, one) for one in found]
    return common.answer(Competitions(items=items))


@blueprint.get("/agreements/<agreement:number>/competitions/<sequence:competition>")
@allow(*EVERYONE)
@blueprint.arguments(bodies.Times, location="query")
@blueprint.response(200, answers.Competition)
def one(query: dict[str, Any], number: str, competition: int) -> Response:
    """Who was asked, who answered, who won and why."""
    found = _one(number, competition, seen.then(query))
    return common.answer(competition_answer(number, found))


@blueprint.post("/agreements/<agreement:number>/competitions")
@allow(*BUYER)
@blueprint.arguments(bodies.OpenCompetition)
@blueprint.acted(answers.Competition, dry_run=False)
def opened(body: dict[str, Any], number: str) -> Response:
    """Ask suppliers for an offer."""
    return _execute(competing.opened(number, body, seen.today()), None)


@blueprint.post("/agreements/<agreement:number>/competitions/<sequence:competition>/answer")
@allow("supplier", "manager", "admin")
@blueprint.arguments(bodies.AnswerCompetition)
@blueprint.acted(answers.Competition, dry_run=False)
def answered(body: dict[str, Any], number: str, competition: int) -> Response:
    """Make an offer, or none; a new answer takes the place of the one before."""
    command = competing.answered(number, competition, body, g.by.organisation, seen.today())
    return _execute(command, competition)


@blueprint.post("/agreements/<agreement:number>/competitions/<sequence:competition>/award")
@allow(*BUYER)
@blueprint.arguments(bodies.AwardCompetition)
@blueprint.acted(answers.Competition, dry_run=False)
def awarded(body: dict[str, Any], number: str, competition: int) -> Response:
    """Say who won, and why."""
    return _execute(competing.awarded(number, competition, body, seen.today()), competition)


@blueprint.post("/agreements/<agreement:number>/competitions/<sequence:competition>/cancel")
@allow(*BUYER)
@blueprint.arguments(bodies.CancelCompetition)
@blueprint.acted(answers.Competition, dry_run=False)
def cancelled(body: dict[str, Any], number: str, competition: int) -> Response:
    """End it without an order, with the reason."""
    return _execute(competing.cancelled(number, competition, body, seen.today()), competition)


def _execute(
    command: agreement.OpenCompetition
    | agreement.AnswerCompetition
    | agreement.AwardCompetition
    | agreement.CancelCompetition,
    number: int | None,
) -> Response:
    """Carry out a command and answer with the competition as it is after it."""
    of = command.agreement
    seen.agreement_state(of)
    outcome = common.carry_out(command)
    state = outcome.state
    assert isinstance(state, agreement.State), "competitions are the agreement's"
    found = _one(of, number or state.competitions_opened, NOW, outcome.version)
    headers = common.written(outcome, outcome.version)
    return common.answer(competition_answer(of, found), headers=headers)


def _one(number: str, competition: int, then: Then, version: int | None = None) -> Competition:
    for found in _seen(number, then, version):
        if found.number == competition:
            return found
    raise NotFound(what="competition", name=competition_name(number, competition))


def _seen(number: str, then: Then, version: int | None = None) -> list[Competition]:
    row = seen.agreement_row(number)
    with seen.ledger().views.database.reading() as connection:
        found = competitions.competitions(connection, number, then, version)
    return competitions.seen_by(seen.only(row.state), found)
