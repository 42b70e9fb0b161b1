"""Orders: place, answer, change, cancel, deliver, close."""

from typing import Any

from flask import Response

from ledger import numbers
from ledger.application import answers, certificates, seeing
from ledger.application.answers.making import with_more
from ledger.application.answers.orders import order_answer
from ledger.application.answers.proof import RoomCertificate
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import OrdersQuery, Times
from ledger.projections import orders as rows
from ledger.web import dear
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, ledger, then_of

blueprint = routes.blueprint("orders", "Course orders under an agreement.")
acts.offer(blueprint, "orders")


@blueprint.get("/orders")
@allow(*EVERYONE)
@blueprint.arguments(OrdersQuery, location="query")
@blueprint.page(answers.Order)
def listed(query: dict[str, Any]) -> Response:
    """Orders that the caller may see, as they are or as they were."""
    then = then_of(query)
    if "agreement" in query:
        query["agreement"] = numbers.agreement_number(ledger(), query["agreement"], asker().visible)
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.listed(
            connection, party=asker().party, visible_to=asker().visible, then=then, **query
        )
    cursor = found[-1].state.number if found else ""
    day, language = then.as_of or asker().today, asker().language
    items = [order_answer(seeing.shown(asker(), row.state), day, language) for row in found]
    return answering.page(found, query["limit"], cursor, items)


@blueprint.get("/orders/<order:number>")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.one(answers.OrderConfirmation)
def one(query: dict[str, Any], number: str) -> Response:
    """One order, as it is or as it was."""
    then = then_of(query)
    row = seeing.order_row(asker(), number, then)
    day, language = then.as_of or asker().today, asker().language
    resource = order_answer(seeing.shown(asker(), row.state), day, language)
    found = with_more(answers.OrderConfirmation, resource, checkpoint=answering.checkpoint())
    return answering.alone(found, row.state, then, row.version)


@blueprint.get("/orders/<order:number>/room-certificate")
@allow(*EVERYONE)
@blueprint.response(200, RoomCertificate)
@routes.may_conflict
@dear.is_dear
def room_certificate(number: str) -> Response:
    """That an order lies within the agreement's maximum, as recorded when it took its room: with
    the facts and the proof, for `verify.py` of a bundle."""
    with dear.work():
        return answering.answer(certificates.of_order(asker(), number))
