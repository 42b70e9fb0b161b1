"""The suppliers of an agreement: how each stands against rank or key."""

from typing import Any

from flask import Response

from ledger.application import reports
from ledger.application.answers.suppliers import SupplierStandings
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import Times
from ledger.web.access import allow
from ledger.web.api import answering, routes
from ledger.web.seen import asker, then_of

blueprint = routes.blueprint("suppliers", "How orders go to the suppliers of an agreement.")


@blueprint.get("/agreements/<agreement:number>/suppliers")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, SupplierStandings)
def standings(query: dict[str, Any], number: str) -> Response:
    """What each supplier has of the orders against its key, and when it was passed over."""
    return answering.answer(reports.standings(asker(), number, then_of(query)))
