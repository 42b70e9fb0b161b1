"""What may come of an agreement: played in thought, stale, forecast, summed up."""

from typing import Any

from flask import Response

from ledger.application import asking, council, seeing, steps
from ledger.application.answers.council import CouncilPage
from ledger.application.answers.outlook import Forecast, forecast_answer
from ledger.application.answers.stale import StaleList, stale_answer
from ledger.application.answers.summary import PublicSummary, summary_answer
from ledger.application.answers.trying import WhatIfAnswer
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import ForecastQuery, StaleQuery, Times
from ledger.projections.forecast import forecast as projected
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.api import answering, routes
from ledger.web.seen import asker, ledger, then_of

blueprint = routes.blueprint("planning", "What may come of an agreement.")


@blueprint.post("/agreements/<agreement:number>/what-if")
@allow("manager", "finance", "orderer", "auditor", "admin")
@blueprint.arguments(steps.WhatIf)
@blueprint.response(200, WhatIfAnswer)
@routes.writes_nothing
def what_if(body: dict[str, Any], number: str) -> Response:
    """Play commands in thought: the balance after each; nothing is written."""
    seeing.require_whole(asker(), seeing.agreement_state(asker(), number))
    stage = steps.Stage(number, asker().by, asker().today, asker().party)
    service = ledger().service
    return answering.answer(asking.played(service, stage, body, asker().by, asker().language))


@blueprint.get("/agreements/<agreement:number>/stale")
@allow("manager", "finance", "orderer", "approver", "auditor", "admin")
@blueprint.arguments(StaleQuery, location="query")
@blueprint.response(200, StaleList)
def stale(query: dict[str, Any], number: str) -> Response:
    """Commitments whose course is over and that are not invoiced, by age; now or as it was."""
    then = then_of(query)
    row = seeing.agreement_row(asker(), number, then)
    on = query.get("on") or then.as_of or asker().today
    with ledger().views.database.reading() as connection:
        found = asking.stale_of(connection, number, on, asker().party, asker().visible, then)
    return answering.answer(stale_answer(found, row.state.currency, on))


@blueprint.get("/agreements/<agreement:number>/summary")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, PublicSummary)
def summary(query: dict[str, Any], number: str) -> Response:
    """What was paid, for how many, with which result: to be published, without personal data; as
    it is or as it was."""
    asked = then_of(query)
    day = asked.as_of or asker().today
    then = Then(as_of=day, known_at=asked.known_at)
    row = seeing.agreement_row(asker(), number, then)
    with ledger().views.database.reading() as connection:
        mine = asker().visible
        orders = asking.orders_of(connection, number, visible_to=mine, then=then)
        states = asking.drawdowns_of(connection, number, then, visible_to=mine)
        state = seeing.own_part(asker(), row.state)
        found = summary_answer(state, orders, states, day, asker().language)
    return answering.answer(found)


@blueprint.get("/agreements/<agreement:number>/council")
@allow(*council.ROLES)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, CouncilPage)
def council_page(query: dict[str, Any], number: str) -> Response:
    """An agreement for a council: the answer, the formula, what is open; as it is or as it was."""
    found = council.of(asker(), number, query["as_of"], query["known_at"])
    return answering.answer(found)


@blueprint.get("/agreements/<agreement:number>/forecast")
@allow("manager", "finance", "orderer", "approver", "auditor", "admin")
@blueprint.arguments(ForecastQuery, location="query")
@blueprint.response(200, Forecast)
def forecast(query: dict[str, Any], number: str) -> Response:
    """When the cap and each limit are reached, as a range, and what will be left unused."""
    on = query.get("on") or asker().today
    then = Then(as_of=on, known_at=query.get("known_at"))
    row = seeing.agreement_row(asker(), number, then)
    with ledger().views.database.reading() as connection:
        limits = projected(connection, row.state, on, then, seeing.only(asker(), row.state))
    return answering.answer(forecast_answer(row.state, limits, on, asker().language))
