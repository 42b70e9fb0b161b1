"""The suppliers of an agreement: how each stands against rank or key."""

from typing import Any

from flask import Response

from ledger.application import seeing
from ledger.application.answers.suppliers import SupplierStandings, standings_answer
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import Times
from ledger.projections import suppliers
from ledger.web.access import allow
from ledger.web.api import answering, routes
from ledger.web.seen import asker, ledger, then_of

blueprint = routes.blueprint("suppliers", "How orders go to the suppliers of an agreement.")


@blueprint.get("/agreements/<agreement:number>/suppliers")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, SupplierStandings)
def standings(query: dict[str, Any], number: str) -> Response:
    """What each supplier has of the orders against its key, and when it was passed over."""
    then = then_of(query)
    row = seeing.agreement_row(asker(), number, then)
    with ledger().views.database.reading() as connection:
        found = suppliers.standings(connection, row.state, then)
    only = seeing.only(asker(), row.now)
    return answering.answer(standings_answer(seeing.named(asker(), row.state), found, then, only))
