"""Funding sources of an agreement: decided, changed, withdrawn, and what they cover."""

from typing import Any

from flask import Response

from ledger.application import seeing
from ledger.application.answers.funding import AgreementFunding, funding_answer
from ledger.application.asking import counted_of
from ledger.application.bodies.queries import Times
from ledger.projections.postings import opening_by_buyer
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, ledger, then_of

blueprint = routes.blueprint("funding", "Grants and other funding, and what is eligible.")
acts.offer(blueprint, "funding")


@blueprint.get("/agreements/<agreement:number>/funding")
@allow("finance", "manager", "approver", "auditor", "admin")
@blueprint.arguments(Times, location="query")
@blueprint.response(200, AgreementFunding)
def one(query: dict[str, Any], number: str) -> Response:
    """What each source covers, why not the rest, and who carries what; as it is or as it was."""
    then = then_of(query)
    row = seeing.agreement_row(asker(), number, then)
    seeing.require_whole(asker(), row.now)
    with ledger().views.database.reading() as connection:
        states = counted_of(connection, number, then)
        state, on = seeing.named(asker(), row.state), then.as_of or asker().today
        opened = opening_by_buyer(connection, number, then)
        found = funding_answer(state, states, opened, asker().language, on)
    return answering.answer(found)
