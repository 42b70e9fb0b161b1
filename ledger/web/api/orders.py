"""Orders: place, answer, change, cancel, deliver, close."""

from typing import Any

from flask import Response, g

from ledger.application import answers, bodies, commands
from ledger.application.answers.making import with_more
from ledger.application.answers.orders import order_answer
from ledger.domain import order
from ledger.projections import orders as rows
from ledger.web import access, seen
from ledger.web.access import EVERYONE, allow
from ledger.web.api import common
from ledger.web.language import of_request

blueprint = common.blueprint("orders", "Course orders under an agreement.")
BUYER = ("orderer", "manager", "admin")
SUPPLIER = ("supplier", "manager", "admin")


@blueprint.post("/agreements/<agreement:number>/orders")
@allow(*BUYER)
@blueprint.arguments(bodies.PlaceOrder)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.created(answers.Order)
def place(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Order a course; with dry_run, see what it would do to the balance."""
    seen.agreement_state(number)
    command = commands.place(number, body, g.by.organisation, seen.today())
    return common.execute(command, created="orders", dry_run=query["dry_run"])


@blueprint.get("/orders")
@allow(*EVERYONE)
@blueprint.arguments(bodies.OrdersQuery, location="query")
@blueprint.page(answers.Order)
def listed(query: dict[str, Any]) -> Response:
    """Orders that the caller may see, as they are or as they were."""
    then = seen.then(query)
    views = seen.ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.listed(
            connection, party=access.party(), visible_to=access.visible(), then=then, **query
        )
    cursor = found[-1].state.number if found else ""
    language = of_request()
    items = [order_answer(seen.shown(row.state), language, then.as_of) for row in found]
    return common.page(found, query["limit"], cursor, items)


@blueprint.get("/orders/<order:number>")
@allow(*EVERYONE)
@blueprint.arguments(bodies.Times, location="query")
@blueprint.one(answers.OrderConfirmation)
def one(query: dict[str, Any], number: str) -> Response:
    """One order, as it is or as it was."""
    then = seen.then(query)
    row = seen.order_row(number, then)
    resource = order_answer(seen.shown(row.state), of_request(), then.as_of)
    found = with_more(answers.OrderConfirmation, resource, checkpoint=common.checkpoint())
    return common.answer(found, headers={"ETag": f'"{row.version}"'})


@blueprint.post("/orders/<order:number>/confirm")
@allow(*SUPPLIER)
@blueprint.arguments(bodies.Confirm)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.OrderConfirmation)
def confirm(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """The university takes the order on."""
    return _act(order.ConfirmOrder, number, body, "confirmed_on", query, anchored=True)


@blueprint.post("/orders/<order:number>/decline")
@allow(*SUPPLIER)
@blueprint.arguments(bodies.Decline)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def decline(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """The university says no; the room is released."""
    return _act(order.DeclineOrder, number, body, "declined_on", query)


@blueprint.post("/orders/<order:number>/counter")
@allow(*SUPPLIER)
@blueprint.arguments(bodies.Counter)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def counter(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """The university offers something else; the higher amount is held."""
    return _act(order.CounterOrder, number, body, "countered_on", query)


@blueprint.post("/orders/<order:number>/accept")
@allow(*BUYER)
@blueprint.arguments(bodies.Accept)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def accept(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Take the counter-offer."""
    return _act(order.AcceptCounter, number, body, "accepted_on", query)


@blueprint.post("/orders/<order:number>/reject")
@allow(*BUYER)
@blueprint.arguments(bodies.Reject)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def reject(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Refuse the counter-offer; the order ends."""
    return _act(order.RejectCounter, number, body, "rejected_on", query)


@blueprint.post("/orders/<order:number>/change")
@allow(*BUYER)
@blueprint.arguments(bodies.ChangeOrder)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def change(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Change lines, seats or dates."""
    return _act(order.ChangeOrder, number, body, "changed_on", query)


@blueprint.post("/orders/<order:number>/cancel")
@allow("orderer", "manager", "supplier", "admin")
@blueprint.arguments(bodies.Cancel)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def cancel(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Cancel the whole order or some seats; a fee stays committed."""
    if g.by.role == "supplier":
        body = {**body, "cancelled_by": "supplier", "fee": 0}
    return _act(order.CancelOrder, number, body, "cancelled_on", query)


@blueprint.post("/orders/<order:number>/allocate")
@allow("orderer", "manager", "admin")
@blueprint.arguments(bodies.AllocateSeats)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def allocate(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Say whose the seats are, all of them."""
    return _act(order.AllocateSeats, number, body, "allocated_on", query)


@blueprint.post("/orders/<order:number>/move-seats")
@allow("orderer", "manager", "admin")
@blueprint.arguments(bodies.MoveSeats)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def move_seats(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Give seats from one organisation to another; the order's totals stay."""
    seen.order_state(number)
    command = commands.act(order.MoveSeats, number, body, "moved_on", seen.today())
    return common.execute(command, dry_run=query["dry_run"])


@blueprint.post("/orders/<order:number>/recode")
@allow("orderer", "manager", "finance", "admin")
@blueprint.arguments(bodies.RecodeLine)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def recode(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Book a line otherwise; between the four places nothing moves."""
    return _act(order.RecodeLine, number, body, "recoded_on", query)


@blueprint.post("/orders/<order:number>/start")
@allow("supplier", "orderer", "manager", "admin")
@blueprint.arguments(bodies.Start)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def start(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """The course has started."""
    return _act(order.StartOrder, number, body, "started_on", query)


@blueprint.post("/orders/<order:number>/deliver")
@allow("supplier", "orderer", "manager", "admin")
@blueprint.arguments(bodies.Deliver)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def deliver(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """The course is given: seats used, credits awarded, as counts."""
    return _act(order.DeliverOrder, number, body, "delivered_on", query)


@blueprint.post("/orders/<order:number>/close")
@allow("orderer", "manager", "finance", "admin")
@blueprint.arguments(bodies.Close)
@blueprint.arguments(bodies.DryRun, location="query")
@blueprint.acted(answers.Order)
def close(body: dict[str, Any], query: dict[str, Any], number: str) -> Response:
    """Close: what was not invoiced is released."""
    return _act(order.CloseOrder, number, body, "closed_on", query)


def _act(
    kind: Any,
    number: str,
    body: dict[str, Any],
    day: str,
    query: dict[str, Any],
    *,
    anchored: bool = False,
) -> Response:
    seen.require_own(seen.order_state(number))
    command = commands.act(kind, number, body, day, seen.today())
    return common.execute(command, dry_run=query["dry_run"], anchored=anchored)
