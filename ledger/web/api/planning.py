"""What may come of an agreement: played in thought, stale, forecast, summed up."""

from typing import Any

from flask import Response, g

from ledger.application import asking, bodies, steps
from ledger.application.answers.outlook import Forecast, forecast_answer
from ledger.application.answers.stale import StaleList, stale_answer
from ledger.application.answers.summary import PublicSummary, summary_answer
from ledger.application.answers.trying import WhatIfAnswer
from ledger.projections.forecast import forecast as projected
from ledger.projections.then import Then
from ledger.web import access, language, seen
from ledger.web.access import EVERYONE, allow
from ledger.web.api import common

blueprint = common.blueprint("planning", "What may come of an agreement.")


@blueprint.post("/agreements/<agreement:number>/what-if")
@allow("manager", "finance", "orderer", "auditor", "admin")
@blueprint.arguments(steps.WhatIf)
@blueprint.response(200, WhatIfAnswer)
@common.writes_nothing
def what_if(body: dict[str, Any], number: str) -> Response:
    """Play commands in thought: the balance after each; nothing is written."""
    seen.require_whole(seen.agreement_state(number))
    stage = steps.Stage(number, g.by.organisation, seen.today(), access.party())
    service = seen.ledger().service
    return common.answer(asking.played(service, stage, body, g.by, language.of_request()))


@blueprint.get("/agreements/<agreement:number>/stale")
@allow("manager", "finance", "orderer", "approver", "auditor", "admin")
@blueprint.arguments(bodies.StaleQuery, location="query")
@blueprint.response(200, StaleList)
def stale(query: dict[str, Any], number: str) -> Response:
    """Commitments whose course is over and that are not invoiced, by age; now or as it was."""
    then = seen.then(query)
    row = seen.agreement_row(number, then)
    on = query.get("on") or then.as_of or seen.today()
    with seen.ledger().views.database.reading() as connection:
        found = asking.stale_of(connection, number, on, access.party(), access.visible(), then)
    return common.answer(stale_answer(found, row.state.currency, on))


@blueprint.get("/agreements/<agreement:number>/summary")
@allow(*EVERYONE)
@blueprint.response(200, PublicSummary)
def summary(number: str) -> Response:
    """What was paid, for how many, with which result: to be published, without personal data."""
    row = seen.agreement_row(number)
    today = seen.today()
    then = Then(as_of=today)
    with seen.ledger().views.database.reading() as connection:
        mine = access.visible()
        orders = asking.orders_of(connection, number, visible_to=mine, then=then)
        states = asking.drawdowns_of(connection, number, then, visible_to=mine)
        state = seen.own_part(row.state)
        found = summary_answer(state, orders, states, today, language.of_request())
    return common.answer(found)


@blueprint.get("/agreements/<agreement:number>/forecast")
@allow("manager", "finance", "orderer", "approver", "auditor", "admin")
@blueprint.arguments(bodies.ForecastQuery, location="query")
@blueprint.response(200, Forecast)
def forecast(query: dict[str, Any], number: str) -> Response:
    """When the cap and each limit are reached, as a range, and what will be left unused."""
    on = query.get("on") or seen.today()
    then = Then(as_of=on, known_at=query.get("known_at"))
    row = seen.agreement_row(number, then)
    with seen.ledger().views.database.reading() as connection:
        limits = projected(connection, row.state, on, then, seen.only(row.state))
    return common.answer(forecast_answer(row.state, limits, on, language.of_request()))
