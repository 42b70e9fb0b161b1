"""What every route of the API shares: a command in, a resource out, pages, keys and versions."""

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Response, g, request
from flask_smorest import Blueprint

from ledger.bounds import KEY_LENGTH
from ledger.domain.refusals import Fault, Invalid, VersionDiffers
from ledger.service import Command, Outcome
from ledger.store import Request
from ledger.web import seen
from ledger.web.parsing import Parser
from ledger.web.resources import preview, resource_of


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """Routes whose bodies and queries are read by our parser."""

    ARGUMENTS_PARSER = Parser()


def blueprint(name: str, description: str) -> ApiBlueprint:
    return ApiBlueprint(name, name, url_prefix="/api/v1", description=description)


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(body), status, headers=headers, content_type="application/json"
    )


def execute(command: Command, *, created: str | None = None, dry_run: bool = False) -> Response:
    """Carry out a command and answer with its resource; `created` is where a new one is found.

    Honours Idempotency-Key (the first answer again) and If-Match (412).
    """
    outcome: Outcome = seen.ledger().service.execute(
        command, g.by, _request(), dry_run=dry_run, expected=_expected()
    )
    body = resource_of(outcome.state)
    if dry_run:
        body = {"dry_run": True, "resource": body}
        if outcome.agreement is not None:
            body["balance"] = preview(outcome.agreement)
        return answer(body)
    headers = {"ETag": f'"{outcome.version}"'}
    if outcome.replayed:
        headers["Idempotent-Replayed"] = "true"
    if outcome.facts:
        headers["Avrop-Position"] = str(outcome.facts[-1].position)
    if created is None:
        return answer(body, 200, headers)
    headers["Location"] = f"/api/v1/{created}/{body.get('number') or body.get('id')}"
    return answer(body, 201, headers)


def _request() -> Request | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not key.strip() or len(key) > KEY_LENGTH or not key.isprintable():
        raise Invalid(
            Fault(pointer="", sentence="An Idempotency-Key is 1 to 200 printable characters.")
        )
    digest = hashlib.sha256(
        b"\n".join([request.method.encode(), request.full_path.encode(), request.get_data()])
    ).hexdigest()
    return Request(key=f"{g.by.person}:{key.strip()}", digest=digest)


def _expected() -> int | None:
    match = request.headers.get("If-Match")
    if match is None or match.strip() == "*":
        return None
    text = match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > 15:
        raise VersionDiffers(name=request.path, version="another", expected=match[:40])
    return int(text)


def page(rows: Sequence[Any], limit: int, cursor: str, items: list[Any]) -> Response:
    """A page of a list, with the address of the next one in `Link`."""
    headers = {}
    if len(rows) == limit:
        query = {**request.args.to_dict(), "after": cursor}
        headers["Link"] = f'<{request.path}?{urlencode(query)}>; rel="next"'
    return answer({"items": items}, headers=headers)
