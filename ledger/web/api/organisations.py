"""Organisations: who may attest their costs, what is own cost, how costs are coded."""

from typing import Any

from flask import Response

from ledger.application import answers, bodies, commands
from ledger.application.answers.organisations import (
    Attesters,
    attesters_answer,
    organisation_answer,
)
from ledger.documents.organisation import normalise
from ledger.domain import organisation
from ledger.domain.refusals import NotFound
from ledger.projections import organisations as rows
from ledger.projections.formerly import Former
from ledger.projections.seeing import organisations
from ledger.web import access, seen
from ledger.web.access import allow
from ledger.web.api import common

blueprint = common.blueprint("organisations", "Who attests costs, and how they are coded.")
READERS = ("orderer", "approver", "finance", "manager", "auditor", "admin")
DECIDERS = ("manager", "admin")


@blueprint.get("/organisations/<organisation:number>")
@allow(*READERS)
@blueprint.arguments(bodies.OrganisationQuery, location="query")
@blueprint.one(answers.Organisation)
def one(query: dict[str, Any], number: str) -> Response:
    """Its attest rights, deputies, own cost and code map on a day, as known at a moment."""
    found = _found(number, query)
    day = query.get("as_of") or seen.today()
    resource = organisation_answer(found.state, day, in_force=query["in_force"])
    return common.answer(resource, headers={"ETag": f'"{found.version}"'})


@blueprint.get("/organisations/<organisation:number>/attest")
@allow(*READERS)
@blueprint.arguments(bodies.AttestQuery, location="query")
@blueprint.response(200, Attesters)
def attest(query: dict[str, Any], number: str) -> Response:
    """Who may attest a drawdown of an amount on a responsibility code, on a day."""
    state = _found(number, query).state
    on = query.get("on") or seen.today()
    codes = [query["code"]] if "code" in query else []
    found = organisation.who(state, (on,), query["amount"], codes)
    return common.answer(attesters_answer(number, on, found))


def _found(number: str, query: dict[str, Any]) -> Former:
    _require_own(number)
    views = seen.ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        return rows.find(connection, number, query.get("known_at"))


@blueprint.post("/organisations/<organisation:number>/attest-rights")
@allow(*DECIDERS)
@blueprint.arguments(bodies.GrantAttestRight)
@blueprint.acted(answers.Organisation, dry_run=False)
def grant(body: dict[str, Any], number: str) -> Response:
    """Let a person attest costs of some responsibility codes."""
    return _decide(organisation.GrantAttestRight, body, number, "starts_on")


@blueprint.post("/organisations/<organisation:number>/attest-rights/<sequence:right>/end")
@allow(*DECIDERS)
@blueprint.arguments(bodies.EndAttestRight)
@blueprint.acted(answers.Organisation, dry_run=False)
def end(body: dict[str, Any], number: str, right: int) -> Response:
    """End an attest right, sooner than it would."""
    return _decide(organisation.EndAttestRight, {**body, "number": right}, number, "ends_on")


@blueprint.post("/organisations/<organisation:number>/deputies")
@allow(*DECIDERS)
@blueprint.arguments(bodies.NameDeputy)
@blueprint.acted(answers.Organisation, dry_run=False)
def name_deputy(body: dict[str, Any], number: str) -> Response:
    """Let somebody attest under every right of a person."""
    return _decide(organisation.NameDeputy, body, number, "starts_on")


@blueprint.post("/organisations/<organisation:number>/deputies/<sequence:deputy>/end")
@allow(*DECIDERS)
@blueprint.arguments(bodies.EndDeputy)
@blueprint.acted(answers.Organisation, dry_run=False)
def end_deputy(body: dict[str, Any], number: str, deputy: int) -> Response:
    """End a deputy's time, sooner than it would."""
    return _decide(organisation.EndDeputy, {**body, "number": deputy}, number, "ends_on")


@blueprint.post("/organisations/<organisation:number>/own-cost")
@allow(*DECIDERS)
@blueprint.arguments(bodies.SetOwnCost)
@blueprint.acted(answers.Organisation, dry_run=False)
def set_own_cost(body: dict[str, Any], number: str) -> Response:
    """Say what counts as one's own cost, which nobody attests."""
    return _decide(organisation.SetOwnCost, body, number, "starts_on")


@blueprint.post("/organisations/<organisation:number>/code-map")
@allow(*DECIDERS)
@blueprint.arguments(bodies.SetCodeMap)
@blueprint.acted(answers.Organisation, dry_run=False)
def set_code_map(body: dict[str, Any], number: str) -> Response:
    """Say which parts the organisation's code strings have."""
    return _decide(organisation.SetCodeMap, body, number, "starts_on")


def _decide(kind: Any, body: dict[str, Any], number: str, day: str) -> Response:
    _require_own(number)
    return common.execute(commands.of_organisation(kind, number, body, day, seen.today()))


def _require_own(number: str) -> None:
    """An auditor's are those of their appointments, all others' the one that they act for.

    Raises NotFound for another, and for what is no organisation number.
    """
    mine = access.visible()
    try:
        known = number.startswith("N") or normalise(number) == number
    except ValueError:
        known = False
    if not known or (mine is not None and number not in organisations(mine)):
        raise NotFound(what="organisation", name=number)
