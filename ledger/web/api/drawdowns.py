"""Drawdowns: record an invoice or a credit, approve, reject, reverse."""

from typing import Any

from flask import Response

from ledger import numbers
from ledger.application import answers
from ledger.application.answers.drawdowns import drawdown_answer
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import DrawdownsQuery, Times
from ledger.application.documents import file_called
from ledger.domain.refusals import NotFound
from ledger.projections import drawdowns as rows
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, ledger, then_of

blueprint = routes.blueprint("drawdowns", "Invoices and credits against orders.")
acts.offer(blueprint, "drawdowns")


@blueprint.get("/drawdowns")
@allow(*EVERYONE)
@blueprint.arguments(DrawdownsQuery, location="query")
@blueprint.page(answers.Drawdown)
def listed(query: dict[str, Any]) -> Response:
    """Drawdowns that the caller may see, as they are or as they were."""
    then = then_of(query)
    if "agreement" in query:
        query["agreement"] = numbers.agreement_number(ledger(), query["agreement"], asker().visible)
    if "order" in query:
        query["order"] = numbers.order_number(ledger(), query["order"], asker().visible)
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.listed(
            connection, party=asker().party, visible_to=asker().visible, then=then, **query
        )
    cursor = found[-1].state.id if found else ""
    items = [drawdown_answer(row.state) for row in found]
    return answering.page(found, query["limit"], cursor, items)


@blueprint.get("/drawdowns/<drawdown:id>")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.one(answers.Drawdown)
def one(query: dict[str, Any], id: str) -> Response:
    """One drawdown, as it is or as it was."""
    then = then_of(query)
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.listed(
            connection,
            id=id,
            party=asker().party,
            visible_to=asker().visible,
            then=then,
            limit=1,
        )
    if not found:
        raise NotFound(what="drawdown", name=id)
    state = found[0].state
    answer = drawdown_answer(state, file_called(ledger().registry, state))
    return answering.alone(answer, state, then, found[0].version)
