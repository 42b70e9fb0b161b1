"""A supplier ledger held against the drawdowns: which payments are in the ledger."""

from typing import Any

from flask import Response, request

from ledger.application.answers.reconciliation import Reconciliation
from ledger.application.bodies.queries import Times
from ledger.application.reconciling import ROLES, reconciled
from ledger.web import receiving
from ledger.web.access import allow
from ledger.web.api import answering, routes
from ledger.web.openapi import TABLE_BODY
from ledger.web.seen import asker, then_of

blueprint = routes.blueprint("reconciliation", "Supplier ledgers held against the drawdowns.")


@blueprint.post("/reconcile")
@allow(*ROLES)
@blueprint.doc(requestBody=TABLE_BODY)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, Reconciliation)
@routes.writes_nothing
def reconcile(query: dict[str, Any]) -> Response:
    """Hold a supplier ledger (CSV) against the drawdowns: which payments are in the ledger."""
    return answering.answer(reconciled(asker(), receiving.read_table(request), then_of(query)))
