"""Programmes: sessions moved, held and cancelled; rounds; what belongs to another year."""

from typing import Any

from flask import Response

from ledger.application import reports
from ledger.application.answers.accruals import YearEnd
from ledger.application.answers.programmes import ProgrammeRounds
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import Times
from ledger.application.bodies.sessions import AccrualsQuery
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.dear import dear
from ledger.web.seen import asker, then_of

blueprint = routes.blueprint("programmes", "Sessions, rounds, and what belongs to another year.")
acts.offer(blueprint, "programmes")


@blueprint.get("/agreements/<agreement:number>/rounds")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, ProgrammeRounds)
@dear
def rounds(query: dict[str, Any], number: str) -> Response:
    """The rounds of the agreement's programmes: seats, credits, sessions, amounts."""
    return answering.answer(reports.rounds(asker(), number, then_of(query)))


@blueprint.get("/agreements/<agreement:number>/accruals")
@allow(*reports.ROLES)
@blueprint.arguments(AccrualsQuery, location="query")
@blueprint.response(200, YearEnd)
@dear
def accruals(query: dict[str, Any], number: str) -> Response:
    """What was delivered and not invoiced at the end of a year, or invoiced and not delivered."""
    then = then_of(query)
    return answering.answer(reports.accruals(asker(), number, query["year"], then))
