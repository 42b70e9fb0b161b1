"""Received documents: an e-invoice in, a drawdown or a place in the queue out; working it off."""

from typing import Any

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
    return _answer(intake.receive(request.get_data(), _desk()))


@blueprint.get("/documents")
@blueprint.response(200, schemas.AnyResource)
@allow("finance", "admin")
def queue() -> Response:
    """Documents that could not be matched, with the reason: those made out to the caller's own."""
    return common.answer({"items": seen.ledger().registry.queue(access.organisation())})


@blueprint.post("/documents/<sha256>/retry")
@blueprint.arguments(schemas.Nothing)
@blueprint.response(200, schemas.AnyResource)
@allow("finance", "admin")
def retry(body: dict[str, Any], sha256: str) -> Response:
    """Match again: 201 recorded, 200 recorded before, 202 still in the queue."""
    return _answer(intake.retry(sha256, _desk()))


@blueprint.post("/documents/<sha256>/assign")
@blueprint.arguments(schemas.AssignDocument)
@blueprint.response(200, schemas.AnyResource)
@allow("finance", "admin")
def assign(body: dict[str, Any], sha256: str) -> Response:
    """Say which order it belongs to: 201 recorded, 200 recorded before."""
    return _answer(intake.assign(sha256, body["order"], _desk()))


@blueprint.post("/documents/<sha256>/discard")
@blueprint.arguments(schemas.DiscardDocument)
@blueprint.response(200, schemas.AnyResource)
@allow("finance", "admin")
def discard(body: dict[str, Any], sha256: str) -> Response:
    """Take it out of the queue, and say why."""
    return _answer(intake.discard(sha256, body["reason"], _desk()))


def _desk() -> intake.Desk:
    ledger = seen.ledger()
    return intake.Desk(g.by, ledger.service, ledger.views, ledger.registry, access.organisation())


def _answer(receipt: intake.Receipt) -> Response:
    status = {"recorded": 201, "queued": 202}.get(receipt.status, 200)
    headers = {"Location": f"/api/v1/drawdowns/{receipt.drawdown}"} if receipt.drawdown else {}
    return common.answer(msgspec.to_builtins(receipt), status, headers)
