"""Organisations: who may attest their costs, what is own cost, how costs are coded."""

from typing import Any

from flask import Response

from ledger import people
from ledger.application import addresses, answers, seeing
from ledger.application.answers.organisations import (
    AddressOfRecord,
    Attesters,
    attesters_answer,
    organisation_answer,
)
from ledger.application.bodies.organisations import (
    AttestQuery,
    OrganisationQuery,
    SetAddress,
)
from ledger.domain import organisation
from ledger.projections import organisations as rows
from ledger.projections.formerly import Former
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, ledger, once

blueprint = routes.blueprint("organisations", "Who attests costs, and how they are coded.")
acts.offer(blueprint, "organisations")
READERS = ("orderer", "approver", "finance", "manager", "auditor", "admin")


@blueprint.get("/organisations/<organisation:number>")
@allow(*READERS)
@blueprint.arguments(OrganisationQuery, location="query")
@blueprint.one(answers.Organisation)
def one(query: dict[str, Any], number: str) -> Response:
    """Its attest rights, deputies, own cost and code map on a day, as known at a moment."""
    found = _found(number, query)
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
    state = _found(number, query).state
    on = query.get("on") or asker().today
    codes = [query["code"]] if "code" in query else []
    able = organisation.who(state, (on,), query["amount"], codes)
    found = people.acting_still(ledger().service, able, on)
    return answering.answer(attesters_answer(number, on, found))


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


def _found(number: str, query: dict[str, Any]) -> Former:
    seeing.require_own_organisation(asker(), number)
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        return rows.find(connection, number, query.get("known_at"))
