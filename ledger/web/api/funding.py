"""Funding sources of an agreement: decided, changed, withdrawn, and what they cover."""

from typing import Any

from flask import Response

from ledger.application import answers, bodies, commands
from ledger.application.answers.funding import AgreementFunding, funding_answer
from ledger.application.asking import drawdowns_of
from ledger.domain import agreement
from ledger.web import language, seen
from ledger.web.access import allow
from ledger.web.api import common

blueprint = common.blueprint("funding", "Grants and other funding, and what is eligible.")


@blueprint.get("/agreements/<agreement:number>/funding")
@allow("finance", "manager", "approver", "auditor", "admin")
@blueprint.arguments(bodies.Times, location="query")
@blueprint.response(200, AgreementFunding)
def one(query: dict[str, Any], number: str) -> Response:
    """What each source covers, why not the rest, and who carries what; as it is or as it was."""
    then = seen.then(query)
    row = seen.agreement_row(number, then)
    seen.require_whole(row.now)
    with seen.ledger().views.database.reading() as connection:
        states = drawdowns_of(connection, number, then)
        found = funding_answer(seen.named(row.state), states, language.of_request())
    return common.answer(found)


@blueprint.post("/agreements/<agreement:number>/funding")
@allow("manager", "finance", "admin")
@blueprint.arguments(bodies.DecideFunding)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Agreement)
def decide(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Record that a funder pays a part: the source is a limit over the cost that it covers."""
    return _execute(commands.decide_funding(number, body, seen.today()), query)


@blueprint.post("/agreements/<agreement:number>/funding/change")
@allow("manager", "finance", "admin")
@blueprint.arguments(bodies.ChangeFunding)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Agreement)
def change(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Record the source as it reads from here on; what was judged before stays as it was."""
    return _execute(commands.change_funding(number, body, seen.today()), query)


@blueprint.post("/agreements/<agreement:number>/funding/withdraw")
@allow("manager", "finance", "admin")
@blueprint.arguments(bodies.WithdrawFunding)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Agreement)
def withdraw(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Record that the source pays for nothing more."""
    return _execute(commands.withdraw_funding(number, body, seen.today()), query)


def _execute(
    command: agreement.DecideFunding | agreement.ChangeFunding | agreement.WithdrawFunding,
    query: dict[str, Any],
) -> Response:
    seen.agreement_state(command.agreement)
    return common.execute(command, dry_run=query["dry_run"])
