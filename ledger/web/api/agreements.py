"""Agreements: sign, amend, extend, suspend, close, reopen; balance, statement, history."""

from datetime import UTC, datetime
from typing import Any

from flask import Response
from sqlalchemy import Connection

from ledger.application import answers, bodies, compared, explained, seeing
from ledger.application.asker import EVERYONE
from ledger.application.resources import (
    agreement_resource,
    balance_resource,
    posting_resource,
)
from ledger.projections import agreements as rows
from ledger.projections import comparing, explaining, postings, suppliers, timeline
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.api import common
from ledger.web.seen import asker, ledger, then_of

blueprint = common.blueprint("agreements", "Framework agreements and what is left of them.")
common.offer(blueprint, "agreements")


@blueprint.get("/agreements")
@allow(*EVERYONE)
@blueprint.arguments(bodies.AgreementsQuery, location="query")
@blueprint.page(answers.ListedAgreement)
def listed(query: dict[str, Any]) -> Response:
    """Agreements that the caller's organisation is party to, as they are or as they were."""
    then = then_of(query)
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.listed(connection, asker().visible, then=then, **query)
        items = [
            {**_resource(connection, row, then), "balance": _balance(connection, row, then)}
            for row in found
        ]
    cursor = found[-1].state.number if found else ""
    return common.page(found, query["limit"], cursor, items)


@blueprint.get("/agreements/<agreement:number>")
@allow(*EVERYONE)
@blueprint.arguments(bodies.Times, location="query")
@blueprint.one(answers.Agreement)
def one(query: dict[str, Any], number: str) -> Response:
    """One agreement, as it is or as it was."""
    then = then_of(query)
    row = seeing.agreement_row(asker(), number, then)
    with ledger().views.database.reading() as connection:
        resource = _resource(connection, row, then)
    return common.tagged(resource, row.version)


def _resource(connection: Connection, row: rows.Row, then: Then) -> dict[str, Any]:
    resource = agreement_resource(seeing.named(asker(), row.state), then.as_of)
    only = seeing.only(asker(), row.now)
    if only is not None:
        resource["orders"] = suppliers.orders_of(connection, row.state.number, only, then)
    return resource


@blueprint.get("/agreements/<agreement:number>/balance")
@allow(*EVERYONE)
@blueprint.arguments(bodies.Times, location="query")
@blueprint.response(200, answers.Balance)
def balance(query: dict[str, Any], number: str) -> Response:
    """What is left, as of a business date, as known at a moment."""
    row = seeing.agreement_row(asker(), number)
    with ledger().views.database.reading() as connection:
        return common.answer(_balance(connection, row, then_of(query)))


def _balance(connection: Connection, row: rows.Row, then: Then) -> dict[str, Any]:
    return balance_resource(
        row.now,
        postings.balance(
            connection, row.now, then.as_of, then.known_at, seeing.only(asker(), row.now)
        ),
        then.as_of or max(row.latest_on, asker().today),
        then.known_at or datetime.now(UTC),
        row.position,
        postings.in_kind(connection, row.now, then.as_of, then.known_at),
    )


@blueprint.get("/agreements/<agreement:number>/balance/explain")
@allow("finance", "manager", "auditor", "admin")
@blueprint.arguments(explained.ExplainQuery, location="query")
@blueprint.told(explained.Explanation)
def explain(query: dict[str, Any], number: str) -> Response:
    """A figure of the balance, opened into its postings and the facts behind them."""
    row = seeing.agreement_row(asker(), number)
    after = explained.cursor_of(query.get("after"), row.position)
    then = Then(as_of=query.get("as_of"), known_at=query.get("known_at"))
    with ledger().views.database.reading() as connection:
        found = explaining.explain(
            connection,
            row.state,
            query["figure"],
            query["limit"],
            then,
            after,
            query["rows"],
            seeing.only(asker(), row.state),
        )
    receipt_of = ledger().store.leaves.receipt
    resource = explained.explanation_resource(
        row.state, query, found, after.at, receipt_of, asker().language
    )
    following = "" if found.cursor is None else explained.cursor_text(found.cursor)
    return common.answer(resource, headers=common.link(following))


@blueprint.get("/agreements/<agreement:number>/statement")
@allow("finance", "manager", "auditor", "admin", "approver")
@blueprint.arguments(bodies.Times, location="query")
@blueprint.response(200, answers.Statement)
def statement(query: dict[str, Any], number: str) -> Response:
    """Postings in the order that they count, with the balance after each."""
    row = seeing.agreement_row(asker(), number)
    with ledger().views.database.reading() as connection:
        found = postings.statement(
            connection, row.state.number, **query, only=seeing.only(asker(), row.state)
        )
    items = [posting_resource(posting) for posting in found]
    return common.answer({"items": items, "checkpoint": common.checkpoint()})


@blueprint.get("/agreements/<agreement:number>/history")
@allow("finance", "manager", "auditor", "admin")
@blueprint.arguments(bodies.EventsQuery, location="query")
@blueprint.page(answers.Fact)
def history(query: dict[str, Any], number: str) -> Response:
    """Every fact of the agreement, its orders and its drawdowns, in order."""
    then = then_of(query)
    row = seeing.agreement_row(asker(), number)
    with ledger().views.database.reading() as connection:
        found = timeline.of(
            connection,
            agreement=row.state.number,
            visible_to=asker().visible,
            then=then,
            **query,
        )
        items = seeing.facts(asker(), connection, found)
    cursor = str(found[-1]["position"]) if found else ""
    return common.page(found, query["limit"], cursor, items)


@blueprint.get("/agreements/<agreement:number>/compare")
@allow("finance", "manager", "auditor", "admin")
@blueprint.arguments(compared.CompareQuery, location="query")
@blueprint.told(compared.Comparison)
def compare(query: dict[str, Any], number: str) -> Response:
    """Two dates, or one date as known at two moments: both balances, and what came in between."""
    row = seeing.agreement_row(asker(), number)
    views = compared.views_of(query)
    with ledger().views.database.reading() as connection:
        found = comparing.compare(
            connection,
            row.state,
            *views,
            at=row.position,
            after=query["after"],
            count=query["limit"],
            only=seeing.only(asker(), row.state),
        )
    latest = max(row.latest_on, asker().today)
    resource = compared.comparison_resource(
        row.state, found, views, latest, row.position, asker().language
    )
    return common.answer(resource, headers=common.link(str(found.following or "")))
