"""The record of access: what was tried and refused, and who audits which organisations."""

from typing import Any

from flask import Response

from ledger import numbers
from ledger.application import answers, appointing
from ledger.application.answers.access import RecordedAttempt, attempt_answer
from ledger.application.bodies.access import (
    AppointAuditor,
    AttemptsQuery,
    AuditorsQuery,
    EndAppointment,
)
from ledger.application.bodies.queries import Times
from ledger.domain.refusals import NotFound
from ledger.projections import access as rows
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
    found = appointing.listed(asker(), then, **query)
    cursor = str(found[-1].position) if found else ""
    items = appointing.answers(asker(), found, then)
    return answering.page(found, query["limit"], cursor, items)


@blueprint.get("/auditors/<appointment:id>")
@allow("auditor", "admin")
@blueprint.arguments(Times, location="query")
@blueprint.response(200, answers.Auditor)
def auditor(query: dict[str, Any], id: str) -> Response:
    """One appointment, as it is or as it was."""
    then = recorded_of(query)
    found = appointing.listed(asker(), then, id=id, limit=1)
    if not found:
        raise NotFound(what="appointment", name=id)
    return answering.answer(appointing.answers(asker(), found, then)[0])


@acts.by_hand(blueprint, "access", "appoint")
@blueprint.arguments(AppointAuditor)
@blueprint.created(answers.Auditor, dry_run=False)
def appoint(body: dict[str, Any]) -> Response:
    key = once(asker().by.person)
    outcome, found = appointing.appoint(asker(), body, key, acts.expected())
    return answering.recorded(outcome, outcome.version, found, "auditors")


@acts.by_hand(blueprint, "access", "end")
@blueprint.arguments(EndAppointment)
@blueprint.acted(answers.Auditor, dry_run=False)
def end(body: dict[str, Any], id: str) -> Response:
    key = once(asker().by.person)
    outcome, found = appointing.end(asker(), id, body, key, acts.expected())
    return answering.recorded(outcome, outcome.version, found)
