"""Agreements: sign, amend, extend, suspend, close, reopen; balance, statement, history."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, g
from msgspec.structs import replace
from sqlalchemy import Connection

from ledger.application import answers, bodies, commands
from ledger.application.answers import compared, explained
from ledger.application.answers.agreements import ListedAgreement, agreement_answer
from ledger.application.answers.balances import Balance, balance_answer
from ledger.application.answers.log import Fact
from ledger.application.answers.making import made, with_more
from ledger.application.answers.postings import Posting, Statement
from ledger.domain import agreement
from ledger.domain.refusals import NotAParty
from ledger.projections import agreements as rows
from ledger.projections import comparing, explaining, postings, suppliers, timeline
from ledger.projections.then import Then
from ledger.web import access, seen
from ledger.web.access import EVERYONE, allow
from ledger.web.api import common
from ledger.web.language import of_request

blueprint = common.blueprint("agreements", "Framework agreements and what is left of them.")


@blueprint.post("/agreements")
@allow("manager", "admin")
@blueprint.arguments(bodies.SignAgreement)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.created(answers.Agreement)
def sign(body: dict[str, Any], query: dict[str, Any]) -> Response:
    """Sign a framework agreement."""
    command = commands.sign(body)
    buyers = [party.organisation for party in command.buyers]
    if g.by.role == "manager" and g.by.organisation not in buyers:
        raise NotAParty(
            organisation=", ".join(buyers), name=command.number, acting=g.by.organisation
        )
    return common.execute(command, created="agreements", dry_run=query["dry_run"])


@blueprint.get("/agreements")
@allow(*EVERYONE)
@blueprint.arguments(bodies.AgreementsQuery, location="query")
@blueprint.page(ListedAgreement)
def listed(query: dict[str, Any]) -> Response:
    """Agreements that the caller's organisation is party to, as they are or as they were."""
    then = seen.then(query)
    views = seen.ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.listed(connection, access.visible(), then=then, **query)
        items = [
            with_more(
                ListedAgreement,
                _answer(connection, row, then),
                balance=_balance(connection, row, then),
            )
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
    then = seen.then(query)
    row = seen.agreement_row(number, then)
    with seen.ledger().views.database.reading() as connection:
        resource = _answer(connection, row, then)
    return common.answer(resource, headers={"ETag": f'"{row.version}"'})


def _answer(connection: Connection, row: rows.Row, then: Then) -> answers.Agreement:
    found = agreement_answer(seen.named(row.state), then.as_of)
    only = seen.only(row.now)
    if only is None:
        return found
    return replace(found, orders=suppliers.orders_of(connection, row.state.number, only, then))


@blueprint.get("/agreements/<agreement:number>/balance")
@allow(*EVERYONE)
@blueprint.arguments(bodies.Times, location="query")
@blueprint.response(200, Balance)
def balance(query: dict[str, Any], number: str) -> Response:
    """What is left, as of a business date, as known at a moment."""
    row = seen.agreement_row(number)
    with seen.ledger().views.database.reading() as connection:
        return common.answer(_balance(connection, row, seen.then(query)))


def _balance(connection: Connection, row: rows.Row, then: Then) -> Balance:
    return balance_answer(
        row.now,
        postings.balance(connection, row.now, then.as_of, then.known_at, seen.only(row.now)),
        then.as_of or max(row.latest_on, seen.today()),
        then.known_at or datetime.now(UTC),
        row.position,
        postings.in_kind(connection, row.now, then.as_of, then.known_at),
    )


@blueprint.get("/agreements/<agreement:number>/balance/explain")
@allow("finance", "manager", "auditor", "admin")
@blueprint.arguments(bodies.ExplainQuery, location="query")
@blueprint.told(explained.Explanation)
def explain(query: dict[str, Any], number: str) -> Response:
    """A figure of the balance, opened into its postings and the facts behind them."""
    row = seen.agreement_row(number)
    after = explained.cursor_of(query.get("after"), row.position)
    then = Then(as_of=query.get("as_of"), known_at=query.get("known_at"))
    with seen.ledger().views.database.reading() as connection:
        found = explaining.explain(
            connection,
            row.state,
            query["figure"],
            query["limit"],
            then,
            after,
            query["rows"],
            seen.only(row.state),
        )
    receipt_of = seen.ledger().store.leaves.receipt
    resource = explained.explanation_answer(
        row.state, query, found, after.at, receipt_of, of_request()
    )
    following = "" if found.cursor is None else explained.cursor_text(found.cursor)
    return common.answer(resource, headers=common.link(following))


@blueprint.get("/agreements/<agreement:number>/statement")
@allow("finance", "manager", "auditor", "admin", "approver")
@blueprint.arguments(bodies.Times, location="query")
@blueprint.response(200, Statement)
def statement(query: dict[str, Any], number: str) -> Response:
    """Postings in the order that they count, with the balance after each."""
    row = seen.agreement_row(number)
    with seen.ledger().views.database.reading() as connection:
        found = postings.statement(connection, row.state.number, **query, only=seen.only(row.state))
    items = [made(Posting, posting) for posting in found]
    return common.answer(Statement(items=items, checkpoint=common.checkpoint()))


@blueprint.get("/agreements/<agreement:number>/history")
@allow("finance", "manager", "auditor", "admin")
@blueprint.arguments(bodies.EventsQuery, location="query")
@blueprint.page(Fact)
def history(query: dict[str, Any], number: str) -> Response:
    """Every fact of the agreement, its orders and its drawdowns, in order."""
    then = seen.then(query)
    row = seen.agreement_row(number)
    with seen.ledger().views.database.reading() as connection:
        found = timeline.of(
            connection,
            agreement=row.state.number,
            visible_to=access.visible(),
            then=then,
            **query,
        )
        items = seen.facts(connection, found)
    cursor = str(found[-1]["position"]) if found else ""
    return common.page(found, query["limit"], cursor, items)


@blueprint.get("/agreements/<agreement:number>/compare")
@allow("finance", "manager", "auditor", "admin")
@blueprint.arguments(bodies.CompareQuery, location="query")
@blueprint.told(compared.Comparison)
def compare(query: dict[str, Any], number: str) -> Response:
    """Two dates, or one date as known at two moments: both balances, and what came in between."""
    row = seen.agreement_row(number)
    views = _views(query)
    with seen.ledger().views.database.reading() as connection:
        found = comparing.compare(
            connection,
            row.state,
            *views,
            at=row.position,
            after=query["after"],
            count=query["limit"],
            only=seen.only(row.state),
        )
    latest = max(row.latest_on, seen.today())
    resource = compared.comparison_answer(
        row.state, found, views, latest, row.position, of_request()
    )
    return common.answer(resource, headers=common.link(str(found.following or "")))


def _views(query: dict[str, Any]) -> tuple[Then, Then]:
    first, second = (
        Then(as_of=query.get(f"{side}_as_of"), known_at=query.get(f"{side}_known_at"))
        for side in ("from", "to")
    )
    return first, second


@blueprint.post("/agreements/<agreement:number>/amendments")
@allow("manager", "admin")
@blueprint.arguments(bodies.Amend)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.created(answers.Agreement)
def amend(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Change the cap, the limits, the buyers or the policy, on a ground."""
    seen.agreement_state(number)
    command = commands.amend(number, body, seen.today())
    return common.execute(command, created="agreements", dry_run=query["dry_run"])


@blueprint.post("/agreements/<agreement:number>/extensions")
@allow("manager", "admin")
@blueprint.arguments(bodies.Extend)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.created(answers.Agreement)
def extend(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Use the next extension option."""
    seen.agreement_state(number)
    command = commands.extend(number, body, seen.today())
    return common.execute(command, created="agreements", dry_run=query["dry_run"])


@blueprint.post("/agreements/<agreement:number>/share-moves")
@allow("manager", "admin")
@blueprint.arguments(bodies.ProposeShareMove)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Agreement)
def propose_share_move(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Propose that room moves between two shares; the other buyer accepts."""
    return _act(agreement.ProposeShareMove, body, query, number)


@blueprint.post("/agreements/<agreement:number>/share-moves/<sequence:move>/accept")
@allow("manager", "admin")
@blueprint.arguments(bodies.AcceptShareMove)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Agreement)
def accept_share_move(
    body: dict[str, Any], query: dict[str, Any], number: str, move: int
) -> Response:
    """Agree, as the other of the two buyers: one share is less, the other more."""
    return _act(agreement.AcceptShareMove, {**body, "number": move}, query, number)


@blueprint.post("/agreements/<agreement:number>/share-moves/<sequence:move>/decline")
@allow("manager", "admin")
@blueprint.arguments(bodies.DeclineShareMove)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Agreement)
def decline_share_move(
    body: dict[str, Any], query: dict[str, Any], number: str, move: int
) -> Response:
    """End a proposal, as either of the two buyers."""
    return _act(agreement.DeclineShareMove, {**body, "number": move}, query, number)


@blueprint.post("/agreements/<agreement:number>/in-kind")
@allow("manager", "finance", "admin")
@blueprint.arguments(bodies.RecordInKind)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Agreement)
def in_kind(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Record what a buyer gave in kind: beside the balance, never in it."""
    given = {"organisation": g.by.organisation, **body}
    return _act(agreement.RecordInKind, given, query, number)


def _act(kind: Any, body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    seen.agreement_state(number)
    on = body.pop("on", None) or seen.today()
    return common.execute(kind(agreement=number, on=on, **body), dry_run=query["dry_run"])


@blueprint.post("/agreements/<agreement:number>/suspend")
@allow("manager", "admin")
@blueprint.arguments(bodies.Reason)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Agreement)
def suspend(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Stop ordering for a time."""
    return _act(agreement.SuspendAgreement, body, query, number)


@blueprint.post("/agreements/<agreement:number>/close")
@allow("manager", "admin")
@blueprint.arguments(bodies.Reason)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Agreement)
def close(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Close for orders; open orders live on."""
    return _act(agreement.CloseAgreement, body, query, number)


@blueprint.post("/agreements/<agreement:number>/reopen")
@allow("manager", "admin")
@blueprint.arguments(bodies.Reason)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Agreement)
def reopen(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Open for orders again."""
    return _act(agreement.ReopenAgreement, body, query, number)
