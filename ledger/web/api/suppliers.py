"""The suppliers of an agreement: how each stands against rank or key."""

from typing import Any

from flask import Response

from ledger.application import bodies
from ledger.application.answers.suppliers import SupplierStandings, standings_answer
from ledger.projections import suppliers
from ledger.web import seen
from ledger.web.access import EVERYONE, allow
from ledger.web.api import common

blueprint = common.blueprint("suppliers", "How orders go to the suppliers of an agreement.")


@blueprint.get("/agreements/<agreement:number>/suppliers")
@allow(*EVERYONE)
@blueprint.arguments(bodies.Times, location="query")
@blueprint.response(200, SupplierStandings)
def standings(query: dict[str, Any], number: str) -> Response:
    """What each supplier has of the orders against its key, and when it was passed over."""
    then = seen.then(query)
    row = seen.agreement_row(number, then)
    with seen.ledger().views.database.reading() as connection:
        found = suppliers.standings(connection, row.state, then)
    only = seen.only(row.now)
    return common.answer(standings_answer(seen.named(row.state), found, then, only))
