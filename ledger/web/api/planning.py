"""What may come of an agreement: commands played in thought, stale commitments."""

from typing import Any

from flask import Response, g

from ledger.web import access, language, planning, schemas, seen, steps
from ledger.web.access import allow
from ledger.web.api import common

blueprint = common.blueprint("planning", "What may come of an agreement.")


@blueprint.post("/agreements/<agreement:number>/what-if")
@allow("manager", "finance", "orderer", "auditor", "admin")
@blueprint.arguments(steps.WhatIf)
@blueprint.response(200, planning.WhatIfAnswer)
@common.writes_nothing
def what_if(body: dict[str, Any], number: str) -> Response:
    """Play commands in thought: the balance after each; nothing is written."""
    seen.agreement_state(number)
    stage = steps.Stage(number, g.by.organisation, seen.today(), access.party())
    service = seen.ledger().service
    return common.answer(planning.played(service, stage, body, g.by, language.of_request()))


@blueprint.get("/agreements/<agreement:number>/stale")
@allow("manager", "finance", "orderer", "approver", "auditor", "admin")
@blueprint.arguments(schemas.OnDay, location="query")
@blueprint.response(200, planning.StaleList)
def stale(query: dict[str, Any], number: str) -> Response:
    """Commitments whose course is over and that are not invoiced, by age."""
    row = seen.agreement_row(number)
    on = query.get("on") or seen.today()
    with seen.ledger().views.database.reading() as connection:
        found = planning.stale_resource(connection, number, row.state.currency, on, access.party())
    return common.answer(found)
