"""Received documents: an e-invoice in, a drawdown or a place in the queue out; working it off."""

from typing import Any

from flask import Response, request

from ledger import intake
from ledger.application import answers, documents
from ledger.application.answers.documents import QueuedDocument
from ledger.application.answers.making import At, made
from ledger.application.answers.received import DocumentCheck, ReceivedDocument
from ledger.application.bodies.documents import (
    AssignDocument,
    DiscardDocument,
    DocumentsQuery,
    LinesQuery,
    Nothing,
    ReceiveQuery,
)
from ledger.documents import FORMATS
from ledger.domain.refusals import NotFound
from ledger.registry.queue import place_of
from ledger.web import receiving
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.exporting import BINARY, bytes_of_others
from ledger.web.openapi import HEADERS, XML_BODY
from ledger.web.seen import asker

READERS = ("finance", "auditor", "admin")
APPROVERS = ("approver", *READERS)
"""Who approves an invoice reads the file that it was recorded from, and what is attached to it."""

blueprint = routes.blueprint("documents", "E-invoices and other documents.")


def _received(view: Any) -> Any:
    """What becomes of a file: 201 recorded, 202 in the queue, 200 neither."""
    for status, said in ((200, "Recorded before, or discarded."), (202, "In the queue.")):
        view = blueprint.alt_response(
            status, schema=answers.Receipt, description=said, success=True
        )(view)
    headers = {"Location": HEADERS["Location"]}
    return blueprint.response(201, answers.Receipt, description="Recorded.", headers=headers)(view)


@acts.by_hand(blueprint, "documents", "receive")
@blueprint.doc(requestBody=XML_BODY)
@blueprint.arguments(ReceiveQuery, location="query")
@_received
def receive(query: dict[str, Any], format: str) -> Response:
    if format not in FORMATS:
        raise NotFound(what="document format", name=format)
    content, desk = receiving.read_xml(request), documents.desk(asker())
    return _answer(intake.receive(content, desk, format, query["name"]))


@blueprint.get("/documents")
@allow(*READERS)
@blueprint.arguments(DocumentsQuery, location="query")
@blueprint.page(QueuedDocument)
def queue(query: dict[str, Any]) -> Response:
    """Documents that could not be matched, or that were discarded, with the reason, the oldest
    first: those made out to the caller's own."""
    found = documents.waiting(asker(), **query)
    items = [made(QueuedDocument, one, At(asker().language)) for one in found]
    cursor = place_of(found[-1]) if found else ""
    return answering.page(found, query["limit"], cursor, items)


@blueprint.get("/documents/<digest:sha256>")
@allow(*APPROVERS)
@blueprint.arguments(LinesQuery, location="query")
@blueprint.response(200, ReceivedDocument)
def one(query: dict[str, Any], sha256: str) -> Response:
    """One received file: what it says, why it waits, and the orders that it may belong to."""
    return answering.answer(documents.one(asker(), sha256, query["after_line"]))


@blueprint.get("/documents/<digest:sha256>/attachments/<digest:attachment>")
@allow(*APPROVERS)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=BINARY)
def attachment(sha256: str, attachment: str) -> Response:
    """An attachment of a received file, to be saved."""
    return bytes_of_others(documents.attachment(asker(), sha256, attachment))


@blueprint.get("/documents/<digest:sha256>/check")
@allow(*APPROVERS)
@blueprint.response(200, DocumentCheck)
def check(sha256: str) -> Response:
    """What the official rules found in a received file when it was checked last."""
    return answering.answer(documents.checked(asker(), sha256))


@acts.by_hand(blueprint, "documents", "retry")
@blueprint.arguments(Nothing)
@_received
def retry(body: dict[str, Any], sha256: str) -> Response:
    return _answer(intake.retry(sha256, documents.desk(asker())))


@acts.by_hand(blueprint, "documents", "assign")
@blueprint.arguments(AssignDocument)
@_received
def assign(body: dict[str, Any], sha256: str) -> Response:
    return _answer(intake.assign(sha256, body, documents.desk(asker())))


@acts.by_hand(blueprint, "documents", "discard")
@blueprint.arguments(DiscardDocument)
@_received
def discard(body: dict[str, Any], sha256: str) -> Response:
    return _answer(intake.discard(sha256, body["reason"], documents.desk(asker())))


def _answer(receipt: intake.Receipt) -> Response:
    status = {"recorded": 201, "queued": 202}.get(receipt.status, 200)
    headers = {"Location": f"/api/v1/drawdowns/{receipt.drawdown}"} if receipt.drawdown else {}
    return answering.answer(made(answers.Receipt, receipt, At(asker().language)), status, headers)
