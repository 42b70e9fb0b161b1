"""Agreements: sign, amend, extend, suspend, close, reopen; balance, statement, history."""

from datetime import date
from functools import partial
from typing import Any

from flask import Response
from msgspec.structs import replace
from sqlalchemy import Connection

from ledger.application import answers, comparing, narrowing, seeing, stating, versions
from ledger.application.answers import compared, explained
from ledger.application.answers.agreements import ListedAgreement, agreement_answer
from ledger.application.answers.balances import Balance, balance_answer
from ledger.application.answers.log import Fact
from ledger.application.answers.making import with_more
from ledger.application.answers.passing import AfterPassing
from ledger.application.answers.postings import Statement
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import (
    AgreementsQuery,
    CompareQuery,
    EventsQuery,
    ExplainQuery,
    PassedQuery,
    StatementQuery,
    Times,
)
from ledger.application.passing import ROLES as PASSING
from ledger.application.passing import passed as after_passing
from ledger.application.why import ROLES, why
from ledger.domain.refusals import Fault, Invalid
from ledger.projections import agreements as rows
from ledger.projections import postings, suppliers, timeline
from ledger.projections.then import Then, then_on
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, ledger, recorded_of, then_of

blueprint = routes.blueprint("agreements", "Framework agreements and what is left of them.")
acts.offer(blueprint, "agreements")


@blueprint.get("/agreements")
@allow(*EVERYONE)
@blueprint.arguments(AgreementsQuery, location="query")
@blueprint.page(ListedAgreement)
def listed(query: dict[str, Any]) -> Response:
    """Agreements that the caller's organisation is party to, as they are or as they were."""
    then = then_of(query)
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        if (percent := query.pop("used_from", None)) is not None:
            query["numbers"] = narrowing.in_use_from(
                connection, asker().visible, partial(seeing.only, asker()), then, percent
            )
        found = rows.listed(connection, asker().visible, then=then, **query)
        items = [
            with_more(
                ListedAgreement,
                _answer(connection, row, then),
                balance=_balance(connection, row, then),
            )
            for row in found
        ]
    cursor = found[-1].state.number if found else ""
    return answering.page(found, query["limit"], cursor, items)


@blueprint.get("/agreements/<agreement:number>")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.one(answers.Agreement)
def one(query: dict[str, Any], number: str) -> Response:
    """One agreement, as it is or as it was."""
    then = then_of(query)
    row = seeing.agreement_row(asker(), number, then)
    with ledger().views.database.reading() as connection:
        resource = _answer(connection, row, then)
    version = versions.told(asker(), row.state, row.version)
    return answering.alone(resource, row.state, then, version)


def _answer(connection: Connection, row: rows.Row, then: Then) -> answers.Agreement:
    known = postings.terms_known(connection, row.now, then.known_at)
    with_later = None if known is None else seeing.named(asker(), known)
    found = agreement_answer(seeing.named(asker(), row.state), _day(then), with_later)
    only = seeing.only(asker(), row.now)
    if only is None:
        return found
    return replace(found, orders=suppliers.orders_of(connection, row.state.number, only, then))


@blueprint.get("/agreements/<agreement:number>/balance")
@allow(*EVERYONE)
@blueprint.arguments(Times, location="query")
@blueprint.response(200, Balance)
def balance(query: dict[str, Any], number: str) -> Response:
    """What is left, as of a business date, as known at a moment."""
    row, then = seeing.agreement_row(asker(), number), then_of(query)
    with ledger().views.database.reading() as connection:
        if not then.counts_all(row.latest_on):
            former = rows.find(connection, number, asker().visible, then)
            row = row if former is None else replace(row, state=former.state)
        return answering.answer(_balance(connection, row, then))


def _balance(connection: Connection, row: rows.Row, then: Then) -> Balance:
    only = seeing.only(asker(), row.now)
    return balance_answer(
        row.now,
        postings.balance(
            connection,
            row.now,
            row.told(then),
            row.latest_on,
            only,
            since=_day(then),
            standing=row.state,
        ),
        _day(then),
        then.known_at or ledger().now,
        row.position,
        postings.beside(connection, row.now, then, only),
    )


def _day(then: Then) -> date:
    return then.as_of or asker().today


@blueprint.get("/agreements/<agreement:number>/balance/explain")
@allow(*ROLES)
@blueprint.arguments(ExplainQuery, location="query")
@blueprint.told(explained.Explanation)
def explain(query: dict[str, Any], number: str) -> Response:
    """A figure of the balance, opened into its postings and the facts behind them."""
    then = then_of(query)
    resource, following = why(asker(), number, query, then)
    return answering.answer(resource, headers=answering.link(following))


@blueprint.get("/agreements/<agreement:number>/passed")
@allow(*PASSING)
@blueprint.arguments(PassedQuery, location="query")
@blueprint.told(AfterPassing)
def passed(query: dict[str, Any], number: str) -> Response:
    """When a limit was passed, from when that could be known, and every order and invoice that came
    after both."""
    resource, following = after_passing(asker(), number, query, then_of(query))
    return answering.answer(resource, headers=answering.link(following))


@blueprint.get("/agreements/<agreement:number>/statement")
@allow("finance", "manager", "auditor", "admin", "approver")
@blueprint.arguments(StatementQuery, location="query")
@blueprint.told(Statement)
def statement(query: dict[str, Any], number: str) -> Response:
    """Postings in the order that they count, with the balance after each; what was carried to the
    first of the page, and what all of them come to."""
    row = seeing.agreement_row(asker(), number)
    then = row.told(then_of(query))
    try:
        after = stating.place_from(query.get("after"))
    except ValueError:
        raise Invalid(Fault(pointer="/after", sentence="There is no such day.")) from None
    limit, only = query["limit"], seeing.only(asker(), row.state)
    with ledger().views.database.reading() as connection:
        found = stating.stated(connection, row.state.number, then, only, after=after, limit=limit)
    cursor = stating.place_of(found.rows[-1]) if len(found.rows) == limit else ""
    told = found.answer(row.state, answering.checkpoint())
    return answering.answer(told, headers=answering.link(cursor))


@blueprint.get("/agreements/<agreement:number>/history")
@allow("finance", "manager", "auditor", "admin")
@blueprint.arguments(EventsQuery, location="query")
@blueprint.page(Fact)
def history(query: dict[str, Any], number: str) -> Response:
    """Every fact of the agreement, its orders and its drawdowns, in order."""
    then = recorded_of(query)
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
    return answering.page(found, query["limit"], cursor, items)


@blueprint.get("/agreements/<agreement:number>/compare")
@allow(*comparing.ROLES)
@blueprint.arguments(CompareQuery, location="query")
@blueprint.told(compared.Comparison)
def compare(query: dict[str, Any], number: str) -> Response:
    """Two dates, or one date as known at two moments: both balances, and what came in between."""
    resource, following = comparing.compared(
        asker(), number, _views(query), query["after"], query["limit"]
    )
    return answering.answer(resource, headers=answering.link(str(following or "")))


def _views(query: dict[str, Any]) -> tuple[Then, Then]:
    first, second = (
        then_on(query.get(f"{side}_as_of"), query.get(f"{side}_known_at"), asker().today)
        for side in ("from", "to")
    )
    return first, second
