"""Programmes: sessions moved, held and cancelled; rounds; what belongs to another year."""

from typing import Any

from flask import Response

from ledger.application import asking, seeing
from ledger.application.answers.accruals import YearEnd, accruals_answer
from ledger.application.answers.programmes import ProgrammeRounds, rounds_answer
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import Times
from ledger.application.bodies.sessions import AccrualsQuery
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, ledger, then_of

blueprint = routes.blueprint("programmes", "Sessions, rounds, and what belongs to another year.")
acts.offer(blueprint, "programmes")


@blueprint.get("/agreements/<agreement:number>/rounds")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, ProgrammeRounds)
def rounds(query: dict[str, Any], number: str) -> Response:
    """The rounds of the agreement's programmes: seats, credits, sessions, amounts."""
    then = then_of(query)
    row = seeing.agreement_row(asker(), number, then)
    with ledger().views.database.reading() as connection:
        orders = asking.orders_of(connection, number, asker().party, asker().visible, then)
        found = rounds_answer(row.state, orders)
    return answering.answer(found)


@blueprint.get("/agreements/<agreement:number>/accruals")
@allow("finance", "manager", "auditor", "admin")
@blueprint.arguments(AccrualsQuery, location="query")
@blueprint.response(200, YearEnd)
def accruals(query: dict[str, Any], number: str) -> Response:
    """What was delivered and not invoiced at the end of a year, or invoiced and not delivered."""
    then = then_of(query)
    row = seeing.agreement_row(asker(), number, then)
    with ledger().views.database.reading() as connection:
        orders = asking.orders_of(connection, number, asker().party, asker().visible, then)
        drawn = asking.drawdowns_of(connection, number, then)
        found = accruals_answer(row.state, orders, drawn, query["year"])
    return answering.answer(found)
