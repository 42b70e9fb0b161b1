"""What the calendar brings about, asked for by whoever keeps the ledger's clock."""

from typing import Any

from flask import Response

from ledger import tick as work
from ledger.application.answers.calendar import Ticked, ticked_answer
from ledger.application.bodies.calendar import Tick
from ledger.domain.refusals import Fault, Invalid
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, ledger

blueprint = routes.blueprint("calendar", "What a day brings about that no person decides.")


@acts.by_hand(blueprint, "calendar", "tick")
@blueprint.arguments(Tick)
@blueprint.response(200, Ticked)
@routes.takes_no_key
def tick(body: dict[str, Any]) -> Response:
    on = body.get("on") or asker().today
    if on > asker().today:
        raise Invalid(Fault(pointer="/on", sentence="That day has not come."))
    opened = ledger()
    by = work.calendar(opened.service, opened.registry)
    facts = list(work.tick(opened.service, opened.views, by, on, opened.registry))
    return answering.answer(ticked_answer(facts, on, opened.service.load, asker().language))
