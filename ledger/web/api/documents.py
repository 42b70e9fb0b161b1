"""Received documents: an e-invoice in, a drawdown or a place in the queue out."""

import msgspec
from flask import Response, g, request

from ledger import intake
from ledger.domain.refusals import NotFound
from ledger.web import access, schemas, seen
from ledger.web.access import allow
from ledger.web.api import common

blueprint = common.blueprint("documents", "E-invoices and other documents.")


@blueprint.post("/documents/<format>")
@blueprint.response(200, schemas.AnyResource)
@allow("finance", "admin")
def receive(format: str) -> Response:
    """Take in a document (raw XML): 201 recorded, 200 recorded before, 202 kept in the queue."""
    if format != intake.FORMAT:
        raise NotFound(what="document format", name=format)
    ledger = seen.ledger()
    receipt = intake.receive(
        request.get_data(),
        g.by,
        ledger.service,
        ledger.views,
        ledger.registry,
        access.organisation(),
    )
    status = {"recorded": 201, "duplicate": 200, "queued": 202}[receipt.status]
    headers = {"Location": f"/api/v1/drawdowns/{receipt.drawdown}"} if receipt.drawdown else {}
    return common.answer(msgspec.to_builtins(receipt), status, headers)


@blueprint.get("/documents")
@blueprint.response(200, schemas.AnyResource)
@allow("finance", "admin")
def queue() -> Response:
    """Documents that could not be matched, with the reason."""
    return common.answer({"items": seen.ledger().registry.queue()})
