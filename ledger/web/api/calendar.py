"""What the calendar brings about, asked for by whoever keeps the ledger's clock."""

from typing import Any

from flask import Response

from ledger import tick as work
from ledger.application import bodies
from ledger.application.answers.calendar import Ticked, ticked_answer
from ledger.domain.refusals import Fault, Invalid
from ledger.web import language, seen
from ledger.web.access import allow
from ledger.web.api import common

blueprint = common.blueprint("calendar", "What a day brings about that no person decides.")


@blueprint.post("/tick")
@allow("admin")
@blueprint.arguments(bodies.Tick)
@blueprint.response(200, Ticked)
@common.takes_no_key
def tick(body: dict[str, Any]) -> Response:
    """Record what a day brings about; what was recorded is not recorded again."""
    on = body.get("on") or seen.today()
    if on > seen.today():
        raise Invalid(Fault(pointer="/on", sentence="That day has not come."))
    ledger = seen.ledger()
    by = work.calendar(ledger.registry)
    facts = list(work.tick(ledger.service, ledger.views, by, on))
    return common.answer(ticked_answer(facts, on, ledger.service.load, language.of_request()))
