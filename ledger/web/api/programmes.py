"""Programmes: sessions moved, held and cancelled; rounds; what belongs to another year."""

from typing import Any

from flask import Response, g

from ledger.application import answers, asking, bodies, commands
from ledger.application.answers.accruals import YearEnd, accruals_answer
from ledger.application.answers.programmes import ProgrammeRounds, rounds_answer
from ledger.domain import order
from ledger.web import access, seen
from ledger.web.access import EVERYONE, allow
from ledger.web.api import common

blueprint = common.blueprint("programmes", "Sessions, rounds, and what belongs to another year.")
BOTH = ("orderer", "manager", "supplier", "admin")


@blueprint.post("/orders/<order:number>/sessions/<sequence:session>/move")
@allow(*BOTH)
@blueprint.arguments(bodies.MoveSession)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def move(body: dict[str, Any], query: dict[str, Any], number: str, session: int) -> Response:
    """Hold a session on another day; in another year its amount goes there."""
    body = {**body, "session": session}
    return _act(order.MoveSession, number, body, "moved_on", query["dry_run"])


@blueprint.post("/orders/<order:number>/sessions/<sequence:session>/hold")
@allow(*BOTH)
@blueprint.arguments(bodies.HoldSession)
@blueprint.acted(answers.Order, dry_run=False)
def hold(body: dict[str, Any], number: str, session: int) -> Response:
    """A session was held: participants and mentors, as counts."""
    return _act(order.HoldSession, number, {**body, "session": session}, "held_on", False)


@blueprint.post("/orders/<order:number>/sessions/<sequence:session>/cancel")
@allow(*BOTH)
@blueprint.arguments(bodies.CancelSession)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def cancel(body: dict[str, Any], query: dict[str, Any], number: str, session: int) -> Response:
    """A session will not be held; the university's is released in full."""
    if g.by.role == "supplier":
        body = {**body, "cancelled_by": "supplier", "fee": 0}
    body = {**body, "session": session}
    return _act(order.CancelSession, number, body, "cancelled_on", query["dry_run"])


def _act(kind: Any, number: str, body: dict[str, Any], day: str, dry_run: bool) -> Response:
    seen.require_own(seen.order_state(number))
    command = commands.act(kind, number, body, day, seen.today())
    return common.execute(command, dry_run=dry_run)


@blueprint.get("/agreements/<agreement:number>/rounds")
@allow(*EVERYONE)
@blueprint.arguments(bodies.Times, location="query")
@blueprint.response(200, ProgrammeRounds)
def rounds(query: dict[str, Any], number: str) -> Response:
    """The rounds of the agreement's programmes: seats, credits, sessions, amounts."""
    then = seen.then(query)
    row = seen.agreement_row(number, then)
    with seen.ledger().views.database.reading() as connection:
        orders = asking.orders_of(connection, number, access.party(), access.visible(), then)
        found = rounds_answer(row.state, orders)
    return common.answer(found)


@blueprint.get("/agreements/<agreement:number>/accruals")
@allow("finance", "manager", "auditor", "admin")
@blueprint.arguments(bodies.AccrualsQuery, location="query")
@blueprint.response(200, YearEnd)
def accruals(query: dict[str, Any], number: str) -> Response:
    """What was delivered and not invoiced at the end of a year, or invoiced and not delivered."""
    then = seen.then(query)
    row = seen.agreement_row(number, then)
    with seen.ledger().views.database.reading() as connection:
        orders = asking.orders_of(connection, number, access.party(), access.visible(), then)
        drawn = asking.drawdowns_of(connection, number, then)
        found = accruals_answer(row.state, orders, drawn, query["year"])
    return common.answer(found)
