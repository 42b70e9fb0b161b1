"""Drawdowns: record an invoice or a credit, approve, reject, reverse."""

from typing import Any

from flask import Response

from ledger.application import answers, bodies, commands
from ledger.application.answers.drawdowns import drawdown_answer
from ledger.domain import drawdown, order
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.projections import drawdowns as rows
from ledger.web import access, seen
from ledger.web.access import EVERYONE, allow
from ledger.web.api import common

blueprint = common.blueprint("drawdowns", "Invoices and credits against orders.")


@blueprint.post("/orders/<order:number>/drawdowns")
@allow("finance", "admin")
@blueprint.arguments(bodies.RecordDrawdown)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.created(answers.Drawdown)
def record(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """An invoice or credit on one order."""
    state = seen.order_state(number)
    lines = body.pop("lines", None) or [{"amount": body["amount"]}]
    faults = [
        Fault(pointer=f"/lines/{i}/order", sentence="The address names another order.")
        for i, line in enumerate(lines)
        if line.get("order", number) != number
    ]
    if faults:
        raise Invalid(*faults)
    parts = tuple(drawdown.Part(**{**line, "order": number}) for line in lines)
    return _record(state, parts, body, query)


@blueprint.post("/agreements/<agreement:number>/drawdowns")
@allow("finance", "admin")
@blueprint.arguments(bodies.RecordDrawdown)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.created(answers.Drawdown)
def record_over_orders(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """One invoice over several orders of the agreement: each line names its order."""
    seen.agreement_state(number)
    lines = body.pop("lines", None) or []
    faults = [
        Fault(pointer=f"/lines/{i}/order", sentence="Name the line's order.")
        for i, line in enumerate(lines)
        if "order" not in line
    ]
    if faults or not lines:
        raise Invalid(*(faults or [Fault(pointer="/lines", sentence="Name orders and amounts.")]))
    states = [seen.order_state(line["order"]) for line in lines]
    parts = tuple(drawdown.Part(**line) for line in lines)
    return _record(states[0], parts, body, query, number)


def _record(
    state: order.State,
    parts: tuple[drawdown.Part, ...],
    body: dict[str, Any],
    query: dict[str, Any],
    agreement: str | None = None,
) -> Response:
    command = drawdown.RecordDrawdown(
        **{
            **body,
            "agreement": agreement or state.agreement,
            "supplier": body.get("supplier") or state.supplier,
            "currency": body.get("currency") or state.currency,
            "parts": parts,
        }
    )
    return common.execute(command, created="drawdowns", dry_run=query["dry_run"])


@blueprint.get("/drawdowns")
@allow(*EVERYONE)
@blueprint.arguments(bodies.DrawdownsQuery, location="query")
@blueprint.page(answers.Drawdown)
def listed(query: dict[str, Any]) -> Response:
    """Drawdowns that the caller may see, as they are or as they were."""
    then = seen.then(query)
    views = seen.ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.listed(
            connection, party=access.party(), visible_to=access.visible(), then=then, **query
        )
    cursor = found[-1].state.id if found else ""
    items = [drawdown_answer(row.state) for row in found]
    return common.page(found, query["limit"], cursor, items)


@blueprint.get("/drawdowns/<drawdown:id>")
@allow(*EVERYONE)
@blueprint.arguments(bodies.Times, location="query")
@blueprint.one(answers.Drawdown)
def one(query: dict[str, Any], id: str) -> Response:
    """One drawdown, as it is or as it was."""
    then = seen.then(query)
    views = seen.ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.listed(
            connection,
            id=id,
            party=access.party(),
            visible_to=access.visible(),
            then=then,
            limit=1,
        )
    if not found:
        raise NotFound(what="drawdown", name=id)
    headers = {"ETag": f'"{found[0].version}"'}
    return common.answer(drawdown_answer(found[0].state), headers=headers)


@blueprint.post("/drawdowns/<drawdown:id>/approve")
@allow("approver")
@blueprint.arguments(bodies.Approve)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Drawdown)
def approve(body: dict[str, Any], query: dict[str, Any], id: str) -> Response:
    """Approve what somebody else recorded. A credit needs its room: cap or order."""
    _seen(id)
    command = drawdown.ApproveDrawdown(
        drawdown=id,
        on=body.pop("approved_on", None) or seen.today(),
        **body,
    )
    return common.execute(command, dry_run=query["dry_run"])


@blueprint.post("/drawdowns/<drawdown:id>/reject")
@allow("approver")
@blueprint.arguments(bodies.RejectDrawdown)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Drawdown)
def reject(body: dict[str, Any], query: dict[str, Any], id: str) -> Response:
    """Reject what somebody else recorded."""
    _seen(id)
    on = body.get("rejected_on") or seen.today()
    command = drawdown.RejectDrawdown(drawdown=id, on=on, reason=body["reason"])
    return common.execute(command, dry_run=query["dry_run"])


@blueprint.post("/drawdowns/<drawdown:id>/reverse")
@allow("finance", "admin")
@blueprint.arguments(bodies.Reverse)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.created(answers.Drawdown)
def reverse(body: dict[str, Any], query: dict[str, Any], id: str) -> Response:
    """Record the credit of an invoice, as a credit note (381) or a negative invoice (380)."""
    command = commands.reverse(_seen(id), body)
    return common.execute(command, created="drawdowns", dry_run=query["dry_run"])


@blueprint.post("/drawdowns/<drawdown:id>/recharge")
@allow("finance", "admin")
@blueprint.arguments(bodies.RecordRecharge)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Drawdown)
def recharge(body: dict[str, Any], query: dict[str, Any], id: str) -> Response:
    """Record that a member paid its share back: no second drawdown, no money moves."""
    _seen(id)
    on = body.pop("recharged_on", None) or seen.today()
    command = drawdown.RecordRecharge(drawdown=id, on=on, **body)
    return common.execute(command, dry_run=query["dry_run"])


@blueprint.post("/drawdowns/<drawdown:id>/reverse-recharge")
@allow("finance", "admin")
@blueprint.arguments(bodies.ReverseRecharge)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Drawdown)
def reverse_recharge(body: dict[str, Any], query: dict[str, Any], id: str) -> Response:
    """Record that a recharge was given back to its member: at most what was recharged."""
    _seen(id)
    on = body.pop("reversed_on", None) or seen.today()
    command = drawdown.ReverseRecharge(drawdown=id, on=on, **body)
    return common.execute(command, dry_run=query["dry_run"])


def _seen(id: str) -> drawdown.State:
    """For writes: looks at the log itself. Raises NotFound."""
    state: drawdown.State | None = seen.ledger().service.load(drawdown.stream(id))[1]
    party = access.party()
    if state is None or (party is not None and party not in (state.buyer, state.supplier)):
        raise NotFound(what="drawdown", name=id)
    seen.agreement_state(state.agreement)
    return state
