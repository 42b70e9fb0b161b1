"""Organisations: who may attest their costs, what is own cost, how costs are coded."""

from typing import Any

from flask import Response

from ledger.application import addresses, answers, rights
from ledger.application.answers.organisations import (
    AddressOfRecord,
    Attesters,
    organisation_answer,
)
from ledger.application.bodies.organisations import (
    AttestQuery,
    OrganisationQuery,
    SetAddress,
)
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, once

blueprint = routes.blueprint("organisations", "Who attests costs, and how they are coded.")
acts.offer(blueprint, "organisations")
READERS = ("orderer", "approver", "finance", "manager", "auditor", "admin")


@blueprint.get("/organisations/<organisation:number>")
@allow(*READERS)
@blueprint.arguments(OrganisationQuery, location="query")
@blueprint.one(answers.Organisation)
def one(query: dict[str, Any], number: str) -> Response:
    """Its attest rights, deputies, own cost and code map on a day, as known at a moment."""
    found = rights.found(asker(), number, query.get("known_at"))
    day = query.get("as_of") or asker().today
    resource = organisation_answer(found.state, day, in_force=query["in_force"])
    then = Then(as_of=query.get("as_of"), known_at=query.get("known_at"))
    return answering.alone(resource, found.state, then, found.version)


@blueprint.get("/organisations/<organisation:number>/attest")
@allow(*READERS)
@blueprint.arguments(AttestQuery, location="query")
@blueprint.response(200, Attesters)
def attest(query: dict[str, Any], number: str) -> Response:
    """Who may attest a drawdown of an amount on a responsibility code, on a day."""
    return answering.answer(rights.who(asker(), number, query))


@blueprint.get("/organisations/<organisation:number>/address")
@allow("supplier", "manager", "auditor", "admin")
@blueprint.response(200, AddressOfRecord)
def address(number: str) -> Response:
    """By which address of e-mail its orders come to it."""
    return answering.answer(addresses.address_of(asker(), number))


@acts.by_hand(blueprint, "organisations", "set-address")
@blueprint.arguments(SetAddress)
@blueprint.acted(AddressOfRecord, dry_run=False)
def set_address(body: dict[str, Any], number: str) -> Response:
    key, expected = once(asker().by.person), acts.expected()
    found = addresses.set_address(asker(), number, body["address"], body["language"], key, expected)
    return answering.recorded(found[0], found[0].version, found[1])
