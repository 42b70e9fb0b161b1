"""People of the asker's organisation, and sole traders: made, given roles and tokens, erased."""

from typing import Any

from flask import Response

from ledger.application import persons
from ledger.application.answers.making import made
from ledger.application.answers.people import (
    ErasedPerson,
    GivenRole,
    GivenToken,
    KnownPerson,
    MadeToken,
    OnePerson,
)
from ledger.application.bodies.people import EndRole, EndToken, GrantRole, MakePerson, MakeToken
from ledger.application.bodies.queries import Page
from ledger.service.asked import differs
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, once

blueprint = routes.blueprint("persons", "Who is behind the ids in facts, and what they are given.")


@blueprint.get("/persons")
@allow("admin")
@blueprint.arguments(Page, location="query")
@blueprint.page(KnownPerson)
def listed(query: dict[str, Any]) -> Response:
    """Your organisation's people, by id, and the sole traders whom it has agreements with."""
    found = persons.listed(asker(), query["after"], query["limit"])
    items = persons.answers(asker(), found)
    return answering.page(found, query["limit"], found[-1].id if found else "", items)


@blueprint.get("/persons/<person:id>")
@allow("admin")
@blueprint.response(200, OnePerson)
def one(id: str) -> Response:
    """Who an id is, and all that the person was ever given."""
    return answering.answer(persons.find(asker(), id))


@acts.by_hand(blueprint, "persons", "make")
@blueprint.arguments(MakePerson)
@blueprint.response(201, OnePerson)
def make(body: dict[str, Any]) -> Response:
    key, expected = once(asker().by.person), acts.expected()
    if expected is not None:
        raise differs(body["name"], 0, expected)
    found, replayed = persons.make(asker(), body["name"], key, another=body["another"])
    headers = {"Location": f"/api/v1/persons/{found.id}"}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return answering.answer(found, 201, headers)


@acts.by_hand(blueprint, "persons", "grant-role")
@blueprint.arguments(GrantRole)
@blueprint.acted(GivenRole, dry_run=False)
def grant_role(body: dict[str, Any], id: str) -> Response:
    starts_on = body.get("starts_on") or asker().today
    key, expected = once(asker().by.person), acts.expected()
    found = persons.grant(asker(), id, body["role"], starts_on, body.get("ends_on"), key, expected)
    return answering.recorded(found[0], found[0].version, found[1])


@acts.by_hand(blueprint, "persons", "end-role")
@blueprint.arguments(EndRole)
@blueprint.acted(GivenRole, dry_run=False)
def end_role(body: dict[str, Any], id: str, role: int) -> Response:
    on = body.get("ended_on") or body.get("on") or asker().today
    key, expected = once(asker().by.person), acts.expected()
    found = persons.end_role(asker(), id, role, body["reason"], on, key, expected)
    return answering.recorded(found[0], found[0].version, found[1])


@acts.by_hand(blueprint, "persons", "make-token")
@blueprint.arguments(MakeToken)
@blueprint.acted(MadeToken, dry_run=False)
def make_token(body: dict[str, Any], id: str) -> Response:
    roles = tuple(dict.fromkeys(body["roles"]))
    key, expected = once(asker().by.person), acts.expected()
    found = persons.give_token(asker(), id, roles, body.get("ends_on"), key, expected)
    return answering.recorded(found[0], found[0].version, found[1])


@acts.by_hand(blueprint, "persons", "end-token")
@blueprint.arguments(EndToken)
@blueprint.acted(GivenToken, dry_run=False)
def end_token(body: dict[str, Any], id: str, token: str) -> Response:
    key, expected = once(asker().by.person), acts.expected()
    found = persons.end_token(asker(), id, token, body["reason"], key, expected)
    return answering.recorded(found[0], found[0].version, found[1])


@acts.by_hand(blueprint, "persons", "erase")
@blueprint.response(200, ErasedPerson)
def erase(id: str) -> Response:
    return answering.answer(made(ErasedPerson, persons.erase(asker(), id)))
