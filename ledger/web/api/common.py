"""What every route of the API shares: a command in, a resource out, pages, keys and versions."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Response, current_app, g, request
from flask_smorest import Blueprint

from ledger.bounds import KEY_LENGTH
from ledger.domain import agreement, order
from ledger.domain.refusals import Fault, Forbidden, Invalid, NotAParty, NotFound, VersionDiffers
from ledger.projections import agreements as agreement_rows
from ledger.projections import orders as order_rows
from ledger.service import SWEDEN, Command, Outcome
from ledger.store import Request
from ledger.web import access
from ledger.web.parsing import Parser
from ledger.web.resources import preview, resource_of

BUYER_ROLES = ("orderer", "approver", "finance", "manager")
"""Roles that act for a buyer: whoever holds one for the university writes nothing with it."""


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """Routes whose bodies and queries are read by our parser."""

    ARGUMENTS_PARSER = Parser()


def blueprint(name: str, description: str) -> ApiBlueprint:
    return ApiBlueprint(name, name, url_prefix="/api/v1", description=description)


def ledger() -> Any:
    return current_app.extensions["ledger"]


def today() -> date:
    """The business date where a body leaves it out: today in Sweden."""
    return datetime.now(SWEDEN).date()


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(body), status, headers=headers, content_type="application/json"
    )


def execute(command: Command, *, created: str | None = None, dry_run: bool = False) -> Response:
    """Carry out a command and answer with its resource; `created` is where a new one is found.

    Honours Idempotency-Key (the first answer again) and If-Match (412).
    """
    outcome: Outcome = ledger().service.execute(
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


# ── What the caller may see ───────────────────────────────────────────────────────────────────


def seen_agreement(number: str) -> agreement_rows.Row:
    """Raises NotFound where there is none, or the caller's organisation is not party to it."""
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        row = agreement_rows.find(connection, number, access.organisation())
    if row is None:
        raise NotFound(what="agreement", name=number)
    return row


def seen_order(number: str) -> order_rows.Row:
    """Raises NotFound."""
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        rows = order_rows.listed(connection, number=number, party=access.party(), limit=1)
        if rows and agreement_rows.find(connection, rows[0].state.agreement, access.organisation()):
            return rows[0]
    raise NotFound(what="order", name=number)


def require_seen_agreement(number: str) -> agreement.State:
    """For writes: looks at the log itself, so that a write never waits for a read model."""
    state: agreement.State | None = ledger().service.load(agreement.stream(number))[1]
    mine = access.organisation()
    if state is None or (
        mine is not None and mine not in {p.organisation for p in (*state.buyers, *state.suppliers)}
    ):
        raise NotFound(what="agreement", name=number)
    if g.by.role in BUYER_ROLES and g.by.organisation not in {p.organisation for p in state.buyers}:
        raise NotAParty(
            organisation=", ".join(p.organisation for p in state.buyers),
            name=number,
            acting=g.by.organisation,
        )
    return state


def require_seen_order(number: str) -> order.State:
    """For writes: looks at the log itself. Raises NotFound."""
    state: order.State | None = ledger().service.load(order.stream(number))[1]
    if state is None:
        raise NotFound(what="order", name=number)
    require_seen_agreement(state.agreement)
    party = access.party()
    if party is not None and party not in (state.buyer, state.supplier):
        raise NotFound(what="order", name=number)
    return state


def require_own(state: order.State) -> None:
    """Buyers' roles act for buyers, the university for its own orders. Raises Forbidden."""
    if g.by.role == "orderer" and g.by.organisation != state.buyer:
        raise Forbidden(roles="orderer of the buying organisation", held=g.by.role)
