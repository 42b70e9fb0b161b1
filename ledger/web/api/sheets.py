"""Sheets for suppliers: what to write in an e-invoice so that it finds its order."""

from typing import Any

from flask import Response

from ledger.application import sheets
from ledger.application.answers.sheets import SupplierSheet
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import Times
from ledger.web.access import allow
from ledger.web.api import answering, routes
from ledger.web.seen import asker, then_of

blueprint = routes.blueprint("sheets", "What suppliers write in an e-invoice.")


@blueprint.get("/agreements/<agreement:number>/sheet")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, SupplierSheet)
def of_agreement(query: dict[str, Any], number: str) -> Response:
    """What to write in an e-invoice under an agreement, with the orders that can be invoiced."""
    return answering.answer(sheets.of_agreement(asker(), number, then_of(query)))


@blueprint.get("/orders/<order:number>/sheet")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, SupplierSheet)
def of_order(query: dict[str, Any], number: str) -> Response:
    """What to write in an e-invoice for an order, with its lines."""
    return answering.answer(sheets.of_order(asker(), number, then_of(query)))
