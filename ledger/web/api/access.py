"""The record of access: what was tried and refused, and who audits which organisations."""

from typing import Any

from flask import Response

from ledger import numbers, people
from ledger.application import answers
from ledger.application.answers.access import RecordedAttempt, attempt_answer, auditor_answer
from ledger.application.bodies.access import (
    AppointAuditor,
    AttemptsQuery,
    AuditorsQuery,
    EndAppointment,
)
from ledger.application.bodies.queries import Times
from ledger.domain import access as domain
from ledger.domain.refusals import NotFound
from ledger.projections import access as rows
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, ledger, once, recorded_of

blueprint = routes.blueprint("access", "What people were given, tried and read.")


@blueprint.get("/attempts")
@allow("auditor", "admin")
@blueprint.arguments(AttemptsQuery, location="query")
@blueprint.page(RecordedAttempt)
def attempts(query: dict[str, Any]) -> Response:
    """Commands that were refused over a limit or for want of a right, in the order of the log."""
    then = recorded_of(query)
    if "agreement" in query:
        query["agreement"] = numbers.agreement_number(ledger(), query["agreement"], asker().visible)
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.tried(
            connection,
            visible_to=asker().visible,
            access_of=asker().access_of,
            then=then,
            **query,
        )
    items = [attempt_answer(one, asker().language) for one in found]
    cursor = str(found[-1].row["position"]) if found else ""
    return answering.page(found, query["limit"], cursor, items)


@blueprint.get("/auditors")
@allow("auditor", "admin")
@blueprint.arguments(AuditorsQuery, location="query")
@blueprint.page(answers.Auditor)
def auditors(query: dict[str, Any]) -> Response:
    """Appointments as auditor in the order in which they were made; an auditor sees their own."""
    then = recorded_of(query)
    if asker().audited is not None:
        query["person"] = asker().by.person
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.appointed(connection, then=then, **query)
    cursor = str(found[-1].position) if found else ""
    return answering.page(found, query["limit"], cursor, _resources(found, then))


@blueprint.get("/auditors/<appointment:id>")
@allow("auditor", "admin")
@blueprint.arguments(Times, location="query")
@blueprint.response(200, answers.Auditor)
def auditor(query: dict[str, Any], id: str) -> Response:
    """One appointment, as it is or as it was."""
    then = recorded_of(query)
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.appointed(connection, id=id, then=then, limit=1)
    if not found or (asker().audited is not None and found[0].person != asker().by.person):
        raise NotFound(what="appointment", name=id)
    return answering.answer(_resources(found, then)[0])


def _resources(found: list[rows.Auditor], then: Then) -> list[answers.Auditor]:
    """By name those who audit the asker's organisation, or are of it; others by their ids."""
    registry, own = ledger().registry, asker().people_of
    named = {
        one.person
        for one in found
        if not own.isdisjoint(one.appointment.organisations)
        or registry.organisation_of(one.person) in own
    }
    names = registry.names(named)
    day = then.as_of or asker().today
    return [
        auditor_answer(one.person, names.get(one.person), one.appointment, day) for one in found
    ]


@acts.by_hand(blueprint, "access", "appoint")
@blueprint.arguments(AppointAuditor)
@blueprint.created(answers.Auditor, dry_run=False)
def appoint(body: dict[str, Any]) -> Response:
    opened, by = ledger(), asker().by
    name, of = body.pop("name"), body.pop("acts_for", by.organisation)
    person = people.auditor(opened.service, opened.registry, name, of, by)
    body["organisations"] = tuple(body["organisations"])
    command = domain.AppointAuditor(person=person, on=asker().today, **body)
    return _execute(command, None)


@acts.by_hand(blueprint, "access", "end")
@blueprint.arguments(EndAppointment)
@blueprint.acted(answers.Auditor, dry_run=False)
def end(body: dict[str, Any], id: str) -> Response:
    person, _, number = id.rpartition(".")
    on = body.get("ended_on") or body.get("on") or asker().today
    command = domain.EndAppointment(person=person, number=int(number), reason=body["reason"], on=on)
    return _execute(command, int(number))


def _execute(
    command: domain.AppointAuditor | domain.EndAppointment, number: int | None
) -> Response:
    """The appointment of a number, as it is after the command; None: the new one."""
    by = asker().by
    outcome = ledger().service.execute(command, by, once(by.person), expected=acts.expected())
    state, person = outcome.state, command.person
    assert isinstance(state, domain.State), "appointments are a person's"
    named = ledger().registry.names({person}).get(person)
    found = state.appointments[-1 if number is None else number - 1]
    answer = auditor_answer(person, named, found, asker().today)
    return answering.recorded(outcome, outcome.version, answer, "" if number else "auditors")
