"""What may come: commands played in thought."""

from typing import Any

from flask import Response, g

from ledger.web import access, language, planning, seen, steps
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
