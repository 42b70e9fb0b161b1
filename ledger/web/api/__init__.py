"""The API under /api/v1: one file a noun; here is the list of them."""

from ledger.web.api import (
    access,
    agreements,
    audit,
    calendar,
    competitions,
    documents,
    drawdowns,
    events,
    funding,
    orders,
    organisations,
    persons,
    planning,
    programmes,
    reconciliation,
    suppliers,
)

BLUEPRINTS = (
    agreements.blueprint,
    orders.blueprint,
    drawdowns.blueprint,
    funding.blueprint,
    documents.blueprint,
    events.blueprint,
    audit.blueprint,
    access.blueprint,
    planning.blueprint,
    programmes.blueprint,
    calendar.blueprint,
    persons.blueprint,
    suppliers.blueprint,
    organisations.blueprint,
    competitions.blueprint,
    reconciliation.blueprint,
)
