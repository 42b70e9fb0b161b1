"""A refusal as a problem document (RFC 9457), and faults at their places."""

from typing import Any

import msgspec
import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from ledger.domain.refusals import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Unavailable,
    VersionDiffers,
)
from ledger.web.access import Unauthenticated
from ledger.wording import fault_sentence, members, sentence

STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (VersionDiffers, 412),
    (Unauthenticated, 401),
    (NotFound, 404),
    (Forbidden, 403),
    (Invalid, 422),
    (Conflict, 409),
    (Unavailable, 503),
)
BASE = "https://avrop.example/problems/"
log = structlog.get_logger()


def problem(type: str, title: str, status: int, detail: str, **more: Any) -> Response:
    document = {
        "type": BASE + type,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
        **more,
    }
    return Response(
        msgspec.json.encode(document), status=status, content_type="application/problem+json"
    )


def from_refusal(refusal: Refusal) -> Response:
    status = next((code for kind, code in STATUS if isinstance(refusal, kind)), 400)
    more = members(refusal)
    if isinstance(refusal, Invalid):
        more["errors"] = [
            {"pointer": fault.pointer, "detail": fault_sentence(fault)} for fault in refusal.faults
        ]
    response = problem(refusal.type, refusal.title, status, sentence(refusal), **more)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        response.headers["Retry-After"] = "2"
    return response


def install(app: Flask) -> None:
    """Problem documents for everything that goes wrong under /api and beside it."""

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        return from_refusal(refusal)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        type = (error.name or "error").lower().replace(" ", "-")
        response = problem(type, error.name, error.code or 500, error.description or error.name)
        if error.code == 405 and getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
        return response

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        log.exception("request failed", path=request.path, error=repr(error))
        return problem(
            "internal-error",
            "Something went wrong",
            500,
            "The server failed; what it was is in its log. Nothing is half-recorded.",
        )
