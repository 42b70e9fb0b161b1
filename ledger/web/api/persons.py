"""People and sole traders in the directory beside the log: list them, and erase who asks for it."""

from typing import Any

from flask import Response

from ledger.application.answers.making import made
from ledger.application.answers.people import ErasedPerson, KnownPerson
from ledger.application.bodies.queries import Page
from ledger.domain.refusals import ErasingOneself, NotFound
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, ledger

blueprint = routes.blueprint("persons", "Who is behind the ids in facts, until they are erased.")


@blueprint.get("/persons")
@allow("admin")
@blueprint.arguments(Page, location="query")
@blueprint.page(KnownPerson)
def listed(query: dict[str, Any]) -> Response:
    """Everybody whose name or number is kept, by id."""
    found = ledger().registry.people(query["after"], query["limit"])
    items = [made(KnownPerson, one) for one in found]
    return answering.page(found, query["limit"], found[-1].id if found else "", items)


@blueprint.get("/persons/<person:id>")
@allow("admin")
@blueprint.response(200, KnownPerson)
def one(id: str) -> Response:
    """Who an id is."""
    found = ledger().registry.find(id)
    if found is None:
        raise NotFound(what="person", name=id)
    return answering.answer(made(KnownPerson, found))


@acts.by_hand(blueprint, "persons", "erase")
@blueprint.response(200, ErasedPerson)
def erase(id: str) -> Response:
    if id == asker().by.person:
        raise ErasingOneself(person=id)
    erased = ledger().registry.erase(id, asker().today)
    if erased is None:
        raise NotFound(what="person", name=id)
    return answering.answer(made(ErasedPerson, erased))
