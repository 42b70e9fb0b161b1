"""Reports on agreements: what is in use of them, by year, buyer and unit."""

from typing import Any

from flask import Response

from ledger.application import reports
from ledger.application.answers.usage import Usage
from ledger.application.bodies.queries import UseQuery
from ledger.web.access import allow
from ledger.web.api import answering, routes
from ledger.web.dear import dear
from ledger.web.seen import asker, then_of

blueprint = routes.blueprint("reports", "What is in use, and by whom.")


@blueprint.get("/use")
@allow(*reports.ROLES)
@blueprint.arguments(UseQuery, location="query")
@blueprint.response(200, Usage)
@dear
def use(query: dict[str, Any]) -> Response:
    """What is in use of agreements, by year of delivery, buyer and unit; as it is or as it was."""
    then = then_of(query)
    return answering.answer(reports.use(asker(), query, then))
