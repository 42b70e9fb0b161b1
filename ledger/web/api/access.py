"""The record of access: what was tried and refused, and who audits which organisations."""

from typing import Any

from flask import Response, g

from ledger.application import answers, bodies
from ledger.application.answers.access import RecordedAttempt, attempt_answer, auditor_answer
from ledger.domain import access as domain
from ledger.domain.refusals import NotFound
from ledger.projections import access as rows
from ledger.projections.then import Then
from ledger.web import access, seen
from ledger.web.access import allow
from ledger.web.api import common
from ledger.web.language import of_request

blueprint = common.blueprint("access", "What people were given, tried and read.")


@blueprint.get("/attempts")
@allow("auditor", "admin")
@blueprint.arguments(bodies.AttemptsQuery, location="query")
@blueprint.page(RecordedAttempt)
def attempts(query: dict[str, Any]) -> Response:
    """Commands that were refused over a limit or for want of a right, in the order of the log."""
    then = seen.then(query)
    views = seen.ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.tried(connection, visible_to=access.visible(), then=then, **query)
    items = [attempt_answer(one, of_request()) for one in found]
    cursor = str(found[-1].row["position"]) if found else ""
    return common.page(found, query["limit"], cursor, items)


@blueprint.get("/auditors")
@allow("auditor", "admin")
@blueprint.arguments(bodies.AuditorsQuery, location="query")
@blueprint.page(answers.Auditor)
def auditors(query: dict[str, Any]) -> Response:
    """Appointments as auditor in the order in which they were made; an auditor sees their own."""
    then = seen.then(query)
    if g.audited is not None:
        query["person"] = g.by.person
    views = seen.ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.appointed(connection, then=then, **query)
    cursor = str(found[-1].position) if found else ""
    return common.page(found, query["limit"], cursor, _resources(found, then))


@blueprint.get("/auditors/<appointment:id>")
@allow("auditor", "admin")
@blueprint.arguments(bodies.Times, location="query")
@blueprint.response(200, answers.Auditor)
def auditor(query: dict[str, Any], id: str) -> Response:
    """One appointment, as it is or as it was."""
    then = seen.then(query)
    views = seen.ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.appointed(connection, id=id, then=then, limit=1)
    if not found or (g.audited is not None and found[0].person != g.by.person):
        raise NotFound(what="appointment", name=id)
    return common.answer(_resources(found, then)[0])


def _resources(found: list[rows.Auditor], then: Then) -> list[answers.Auditor]:
    names = seen.ledger().registry.names({one.person for one in found})
    day = then.as_of or seen.today()
    return [
        auditor_answer(one.person, names.get(one.person), one.appointment, day) for one in found
    ]


@blueprint.post("/auditors")
@allow("admin")
@blueprint.arguments(bodies.AppointAuditor)
@blueprint.recorded(answers.Auditor)
def appoint(body: dict[str, Any]) -> Response:
    """Appoint an auditor of organisations, from a date to a date."""
    person = seen.ledger().registry.person(body.pop("name"))
    body["organisations"] = tuple(body["organisations"])
    command = domain.AppointAuditor(person=person, on=seen.today(), **body)
    return common.execute(
        command, created="auditors", resource=lambda state: _resource(person, state, None)
    )


@blueprint.post("/auditors/<appointment:id>/end")
@allow("admin")
@blueprint.arguments(bodies.EndAppointment)
@blueprint.acted(answers.Auditor, dry_run=False)
def end(body: dict[str, Any], id: str) -> Response:
    """End an appointment before its last day."""
    person, _, number = id.rpartition(".")
    on = body.get("ended_on") or seen.today()
    command = domain.EndAppointment(person=person, number=int(number), reason=body["reason"], on=on)
    return common.execute(command, resource=lambda state: _resource(person, state, int(number)))


def _resource(person: str, state: domain.State, number: int | None) -> answers.Auditor:
    """An appointment out of a person's state, by default the newest."""
    named = seen.ledger().registry.names({person}).get(person)
    found = state.appointments[-1 if number is None else number - 1]
    return auditor_answer(person, named, found, seen.today())
