"""Agreements: sign, amend, extend, suspend, close, reopen; balance, statement, history."""

from datetime import UTC, datetime
from typing import Any

from flask import Response

from ledger.domain import agreement
from ledger.projections import agreements as rows
from ledger.projections import postings, timeline
from ledger.web import access, commands, schemas, seen
from ledger.web.access import EVERYONE, allow
from ledger.web.api import common
from ledger.web.resources import (
    agreement_resource,
    balance_resource,
    fact_resource,
    posting_resource,
)

blueprint = common.blueprint("agreements", "Framework agreements and what is left of them.")


@blueprint.post("/agreements")
@blueprint.arguments(schemas.SignAgreement)
@blueprint.arguments(schemas.DryRun, location="query")
@blueprint.response(201, schemas.AnyResource)
@allow("manager", "admin")
def sign(body: dict[str, Any], query: dict[str, Any]) -> Response:
    """Sign a framework agreement."""
    command = commands.sign(body)
    return common.execute(command, created="agreements", dry_run=query["dry_run"])


@blueprint.get("/agreements")
@blueprint.arguments(schemas.AgreementsQuery, location="query")
@blueprint.response(200, schemas.AnyResource)
@allow(*EVERYONE)
def listed(query: dict[str, Any]) -> Response:
    """Agreements that the caller's organisation is party to."""
    views = seen.ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.listed(connection, access.organisation(), **query)
    items = [{**agreement_resource(row.state), "balance": _balance_now(row)} for row in found]
    cursor = found[-1].state.number if found else ""
    return common.page(found, query["limit"], cursor, items)


@blueprint.get("/agreements/<number>")
@blueprint.response(200, schemas.AnyResource)
@allow(*EVERYONE)
def one(number: str) -> Response:
    """One agreement."""
    row = seen.agreement_row(number)
    return common.answer(agreement_resource(row.state), headers={"ETag": f'"{row.version}"'})


@blueprint.get("/agreements/<number>/balance")
@blueprint.arguments(schemas.Times, location="query")
@blueprint.response(200, schemas.AnyResource)
@allow(*EVERYONE)
def balance(query: dict[str, Any], number: str) -> Response:
    """What is left, as of a business date, as known at a moment."""
    row = seen.agreement_row(number)
    as_of, known_at = query["as_of"], query["known_at"]
    if as_of is None and known_at is None:
        return common.answer(_balance_now(row))
    with seen.ledger().views.database.reading() as connection:
        limits = postings.balance_at(connection, row.state, as_of, known_at)
    return common.answer(
        balance_resource(
            row.state,
            limits,
            as_of or max(row.latest_on, seen.today()),
            known_at or datetime.now(UTC),
            row.position,
        )
    )


def _balance_now(row: rows.Row) -> dict[str, Any]:
    return balance_resource(
        row.state,
        postings.balance_now(row.state),
        max(row.latest_on, seen.today()),
        datetime.now(UTC),
        row.position,
    )


@blueprint.get("/agreements/<number>/statement")
@blueprint.arguments(schemas.Times, location="query")
@blueprint.response(200, schemas.AnyResource)
@allow("finance", "manager", "auditor", "admin", "approver")
def statement(query: dict[str, Any], number: str) -> Response:
    """Postings in the order that they count, with the balance after each."""
    row = seen.agreement_row(number)
    with seen.ledger().views.database.reading() as connection:
        found = postings.statement(connection, row.state.number, query["as_of"], query["known_at"])
    return common.answer({"items": [posting_resource(posting) for posting in found]})


@blueprint.get("/agreements/<number>/history")
@blueprint.arguments(schemas.EventsQuery, location="query")
@blueprint.response(200, schemas.AnyResource)
@allow("finance", "manager", "auditor", "admin")
def history(query: dict[str, Any], number: str) -> Response:
    """Every fact of the agreement, its orders and its drawdowns, in order."""
    row = seen.agreement_row(number)
    with seen.ledger().views.database.reading() as connection:
        found = timeline.of(
            connection, agreement=row.state.number, after=query["after"], limit=query["limit"]
        )
    cursor = str(found[-1]["position"]) if found else ""
    return common.page(found, query["limit"], cursor, [fact_resource(fact) for fact in found])


@blueprint.post("/agreements/<number>/amendments")
@blueprint.arguments(schemas.Amend)
@blueprint.arguments(schemas.DryRun, location="query")
@blueprint.response(201, schemas.AnyResource)
@allow("manager", "admin")
def amend(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Change the cap, the limits or the buyers, on a ground."""
    seen.agreement_state(number)
    command = commands.amend(number, body, seen.today())
    return common.execute(command, created="agreements", dry_run=query["dry_run"])


@blueprint.post("/agreements/<number>/extensions")
@blueprint.arguments(schemas.Extend)
@blueprint.arguments(schemas.DryRun, location="query")
@blueprint.response(201, schemas.AnyResource)
@allow("manager", "admin")
def extend(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Use the next extension option."""
    seen.agreement_state(number)
    command = commands.extend(number, body, seen.today())
    return common.execute(command, created="agreements", dry_run=query["dry_run"])


@blueprint.post("/agreements/<number>/suspend")
@blueprint.arguments(schemas.Reason)
@blueprint.response(200, schemas.AnyResource)
@allow("manager", "admin")
def suspend(body: dict[str, Any], number: str) -> Response:
    """Stop ordering for a time."""
    return _end(agreement.SuspendAgreement, body, number)


@blueprint.post("/agreements/<number>/close")
@blueprint.arguments(schemas.Reason)
@blueprint.response(200, schemas.AnyResource)
@allow("manager", "admin")
def close(body: dict[str, Any], number: str) -> Response:
    """Close for orders; open orders live on."""
    return _end(agreement.CloseAgreement, body, number)


@blueprint.post("/agreements/<number>/reopen")
@blueprint.arguments(schemas.Reason)
@blueprint.response(200, schemas.AnyResource)
@allow("manager", "admin")
def reopen(body: dict[str, Any], number: str) -> Response:
    """Open for orders again."""
    return _end(agreement.ReopenAgreement, body, number)


def _end(kind: Any, body: dict[str, Any], number: str) -> Response:
    seen.agreement_state(number)
    on = body.get("on") or seen.today()
    return common.execute(kind(agreement=number, reason=body["reason"], on=on))
