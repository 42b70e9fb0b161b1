"""What may come of an agreement: played in thought, stale, forecast, summed up."""

from typing import Any

from flask import Response

from ledger.application import council, planning, reports, steps
from ledger.application.answers.council import CouncilPage
from ledger.application.answers.outlook import Forecast
from ledger.application.answers.stale import StaleList
from ledger.application.answers.summary import PublicSummary
from ledger.application.answers.trying import WhatIfAnswer
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import ForecastQuery, StaleQuery, Times
from ledger.web.access import allow
from ledger.web.api import answering, routes
from ledger.web.dear import dear
from ledger.web.seen import asker, then_of

blueprint = routes.blueprint("planning", "What may come of an agreement.")


@blueprint.post("/agreements/<agreement:number>/what-if")
@allow(*planning.PLAYING)
@blueprint.arguments(steps.WhatIf)
@blueprint.response(200, WhatIfAnswer)
@routes.writes_nothing
@dear
def what_if(body: dict[str, Any], number: str) -> Response:
    """Play commands in thought: the balance after each; nothing is written."""
    return answering.answer(planning.what_if(asker(), number, body))


@blueprint.get("/agreements/<agreement:number>/stale")
@allow("manager", "finance", "orderer", "approver", "auditor", "admin")
@blueprint.arguments(StaleQuery, location="query")
@blueprint.response(200, StaleList)
def stale(query: dict[str, Any], number: str) -> Response:
    """Commitments whose course is over and that are not invoiced, by age; now or as it was."""
    then = then_of(query)
    return answering.answer(reports.stale(asker(), number, query.get("on"), then))


@blueprint.get("/agreements/<agreement:number>/summary")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, PublicSummary)
def summary(query: dict[str, Any], number: str) -> Response:
    """What was paid, for how many, with which result: to be published, without personal data; as
    it is or as it was."""
    return answering.answer(reports.summary(asker(), number, then_of(query)))


@blueprint.get("/agreements/<agreement:number>/council")
@allow(*council.ROLES)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, CouncilPage)
def council_page(query: dict[str, Any], number: str) -> Response:
    """An agreement for a council: the answer, the formula, what is open; as it is or as it was."""
    found = council.of(asker(), number, query["as_of"], query["known_at"])
    return answering.answer(found)


@blueprint.get("/agreements/<agreement:number>/forecast")
@allow(*planning.FORESEEING)
@blueprint.arguments(ForecastQuery, location="query")
@blueprint.response(200, Forecast)
@dear
def forecast(query: dict[str, Any], number: str) -> Response:
    """When the cap and each limit are reached, as a range, and what will be left unused."""
    found = planning.forecast(asker(), number, query.get("on"), query.get("known_at"))
    return answering.answer(found)
