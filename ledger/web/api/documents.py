"""Received documents: an e-invoice in, a drawdown or a place in the queue out; working it off."""

from typing import Any

from flask import Response, g, request

from ledger import intake
from ledger.application import answers, bodies
from ledger.application.answers.documents import Queue, QueuedDocument
from ledger.application.answers.making import made
from ledger.domain.refusals import NotFound
from ledger.web import access, receiving, seen
from ledger.web.access import allow
from ledger.web.api import common
from ledger.web.openapi import HEADERS, XML_BODY

blueprint = common.blueprint("documents", "E-invoices and other documents.")


def _received(view: Any) -> Any:
    """What becomes of a file: 201 recorded, 202 in the queue, 200 neither."""
    for status, said in ((200, "Recorded before, or discarded."), (202, "In the queue.")):
        view = blueprint.alt_response(
            status, schema=answers.Receipt, description=said, success=True
        )(view)
    headers = {"Location": HEADERS["Location"]}
    return blueprint.response(201, answers.Receipt, description="Recorded.", headers=headers)(view)


@blueprint.post("/documents/<format>")
@allow("finance", "admin")
@blueprint.doc(requestBody=XML_BODY)
@_received
def receive(format: str) -> Response:
    """Take in a document (raw XML): 201 recorded, 200 recorded before, 202 kept in the queue."""
    if format != intake.FORMAT:
        raise NotFound(what="document format", name=format)
    return _answer(intake.receive(receiving.read_xml(request), _desk()))


@blueprint.get("/documents")
@allow("finance", "admin")
@blueprint.response(200, Queue)
def queue() -> Response:
    """Documents that could not be matched, with the reason: those made out to the caller's own."""
    waiting = seen.ledger().registry.queue(access.organisation())
    return common.answer(Queue(items=[made(QueuedDocument, one) for one in waiting]))


@blueprint.post("/documents/<digest:sha256>/retry")
@allow("finance", "admin")
@blueprint.arguments(bodies.Nothing)
@_received
def retry(body: dict[str, Any], sha256: str) -> Response:
    """Match again: 201 recorded, 200 recorded before, 202 still in the queue."""
    return _answer(intake.retry(sha256, _desk()))


@blueprint.post("/documents/<digest:sha256>/assign")
@allow("finance", "admin")
@blueprint.arguments(bodies.AssignDocument)
@_received
def assign(body: dict[str, Any], sha256: str) -> Response:
    """Say which order it belongs to: 201 recorded, 200 recorded before."""
    return _answer(intake.assign(sha256, body["order"], _desk()))


@blueprint.post("/documents/<digest:sha256>/discard")
@allow("finance", "admin")
@blueprint.arguments(bodies.DiscardDocument)
@_received
def discard(body: dict[str, Any], sha256: str) -> Response:
    """Take it out of the queue, and say why."""
    return _answer(intake.discard(sha256, body["reason"], _desk()))


def _desk() -> intake.Desk:
    ledger = seen.ledger()
    return intake.Desk(g.by, ledger.service, ledger.views, ledger.registry, access.organisation())


def _answer(receipt: intake.Receipt) -> Response:
    status = {"recorded": 201, "queued": 202}.get(receipt.status, 200)
    headers = {"Location": f"/api/v1/drawdowns/{receipt.drawdown}"} if receipt.drawdown else {}
    return common.answer(made(answers.Receipt, receipt), status, headers)
