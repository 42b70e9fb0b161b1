"""Course orders: place, list, show, and what is done to one afterwards."""

from datetime import date, datetime
from typing import Any

import click

from ledger.cli.actions import Action, Asked, Ready, carry_out, verb
from ledger.cli.exporting import write_csv
from ledger.cli.opening import (
    acting,
    checkpoint,
    every,
    ledger,
    read_body,
    say_checkpoint,
    today,
    who_acts,
)
from ledger.cli.output import (
    flag_words,
    language,
    members,
    ore,
    say,
    say_json,
    status_words,
    table,
    term,
)
from ledger.cli.parameters import as_csv, as_json, as_of, dry_run, known_at, no_checkpoint
from ledger.cli.schedule import say_schedule
from ledger.domain.refusals import NotFound

ACTIONS = (
    Action(
        "confirm",
        "The university takes the order on.",
        "ConfirmOrder",
        "Confirm",
        "confirmed_on",
        "supplier",
        ("reference",),
        anchored=True,
    ),
    Action(
        "decline",
        "The university says no; the room is released.",
        "DeclineOrder",
        "Decline",
        "declined_on",
        "supplier",
        ("reason",),
    ),
    Action(
        "counter",
        "The university offers something else; the higher amount is held.",
        "CounterOrder",
        "Counter",
        "countered_on",
        "supplier",
        ("reason",),
        with_body=True,
    ),
    Action(
        "accept",
        "Take the counter-offer.",
        "AcceptCounter",
        "Accept",
        "accepted_on",
        "orderer",
        ("reference",),
    ),
    Action(
        "reject",
        "Refuse the counter-offer; the order ends.",
        "RejectCounter",
        "Reject",
        "rejected_on",
        "orderer",
        ("reason",),
    ),
    Action(
        "change",
        "Change lines, seats or dates.",
        "ChangeOrder",
        "ChangeOrder",
        "changed_on",
        "orderer",
        ("reason",),
        with_body=True,
    ),
    Action(
        "cancel",
        "Cancel the whole order or some seats of a line; a fee stays committed.",
        "CancelOrder",
        "Cancel",
        "cancelled_on",
        "orderer",
        ("seats", "line", "holder", "fee", "cancelled_by", "reason"),
    ),
    Action(
        "allocate",
        "Say whose the order's seats are, all of them.",
        "AllocateSeats",
        "AllocateSeats",
        "allocated_on",
        "orderer",
        with_body=True,
    ),
    Action(
        "move-seats",
        "Give seats from one organisation to another; the order's totals stay.",
        "MoveSeats",
        "MoveSeats",
        "moved_on",
        "orderer",
        ("giver", "receiver", "seats", "reason"),
    ),
    Action(
        "recode",
        "Book a line otherwise; between the four places nothing moves.",
        "RecodeLine",
        "RecodeLine",
        "recoded_on",
        "orderer",
        ("line", "codes", "cost_centre", "reason"),
    ),
    Action("start", "The course has started.", "StartOrder", "Start", "started_on", "supplier"),
    Action(
        "deliver",
        "The course is given: seats used, credits awarded.",
        "DeliverOrder",
        "Deliver",
        "delivered_on",
        "supplier",
        ("seats_used", "credits_awarded", "women", "men"),
    ),
    Action(
        "close",
        "Close the order: what was not invoiced is released.",
        "CloseOrder",
        "Close",
        "closed_on",
        "orderer",
        ("reason", "release"),
    ),
)
"""What is done to an order after it was placed: the API's actions of the same names."""


@click.group()
def order() -> None:
    """Course orders."""


@order.command()
@click.argument("agreement")
@click.argument("file")
@who_acts
@dry_run
@as_json
def place(
    agreement: str,
    file: str,
    person: str,
    organisation: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Order the course in FILE, the JSON body that the API takes; - for standard input."""
    from ledger.application import bodies, commands
    from ledger.application.bodies.parsing import load
    from ledger.domain.agreement import State, stream

    body = load(bodies.PlaceOrder, read_body(file))
    opened = ledger()
    state: State | None = opened.service.load(stream(agreement))[1]
    if state is None:
        raise NotFound(what="agreement", name=agreement)
    buyers = [party.organisation for party in state.buyers]
    named = body.get("buyer") if body.get("buyer") in buyers else None
    by = acting(opened, "orderer", person, organisation or named, buyers, agreement)
    command = commands.place(agreement, body, by.organisation, today())
    carry_out(Ready(opened, command, by, agreement), dry_run=dry_run, as_json=as_json)


@order.command("list")
@click.option("--agreement", help="Only this agreement's.")
@as_of
@known_at
@as_csv
@as_json
def listed(
    agreement: str | None,
    as_of: date | None,
    known_at: datetime | None,
    csv_file: str | None,
    as_json: bool,
) -> None:
    """Orders, by number, as they are or as they were."""
    from ledger.application.resources import order_resource
    from ledger.projections import orders
    from ledger.projections.then import Then

    opened = ledger()
    opened.views.catch_up()
    then = Then(as_of=as_of, known_at=known_at)
    with opened.views.database.reading() as connection:
        items = [
            order_resource(row.state, language(), as_of)
            for row in every(
                lambda after, limit: orders.listed(
                    connection, agreement=agreement, then=then, after=after, limit=limit
                ),
                lambda row: row.state.number,
            )
        ]
    if csv_file is not None:
        from ledger.application import answers

        write_csv(opened, csv_file, answers.Order, items, as_of, known_at)
        return
    if as_json:
        say_json(items)
        return
    places = ("amount", "reserved", "committed", "drawn")
    table(
        (
            "Order",
            "Status",
            term("Ordered", "a date"),
            "Course",
            *("Amount", "Reserved", "Committed", "Drawn"),
        ),
        [
            (
                item["number"],
                status_words(item["status"]),
                item["ordered_on"],
                item["course"],
                *(ore(item[place]) for place in places),
            )
            for item in items
        ],
    )


@order.command()
@click.argument("number")
@as_of
@known_at
@no_checkpoint
@as_json
def show(
    number: str,
    as_of: date | None,
    known_at: datetime | None,
    no_checkpoint: bool,
    as_json: bool,
) -> None:
    """One order with its lines, as it is or as it was."""
    from ledger.application.resources import order_resource
    from ledger.projections import orders
    from ledger.projections.then import Then

    opened = ledger()
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        then = Then(as_of=as_of, known_at=known_at)
        found = orders.listed(connection, number=number, then=then, limit=1)
    if not found:
        raise NotFound(what="order", name=number)
    resource = order_resource(found[0].state, language(), as_of)
    if as_json:
        say_json({**resource, "checkpoint": checkpoint(opened)})
        return
    members(_members(resource))
    say("")
    coded = any(line["code_string"] or line["cost_centre"] for line in resource["lines"])
    table(
        ("Line", "Kind", "Text", "Year", "Quantity", "Price", "Amount", *("Codes",) * coded),
        [
            (
                str(line["number"]),
                line["kind"],
                line["text"],
                str(line["year"]),
                str(line.get("quantity") or ""),
                ore(line["unit_price"]) if line.get("unit_price") else "",
                ore(line["amount"]),
                *(line["code_string"] or line["cost_centre"] or "",) * coded,
            )
            for line in resource["lines"]
        ],
    )
    say_schedule(resource)
    if not no_checkpoint:
        say_checkpoint(opened)


def _members(resource: dict[str, Any]) -> dict[str, Any]:
    return {
        "Order": resource["number"],
        "Agreement": resource["agreement"],
        "Course": resource["course"],
        "Status": status_words(resource["status"]),
        "Flags": flag_words(resource["flags"]),
        "Buyer": resource["buyer"],
        "Supplier": resource["supplier"],
        "Not taken by": ", ".join(
            f"{one['supplier']} ({status_words(one['status'])})" for one in resource["earlier"]
        ),
        "Passed over": ", ".join(one["supplier"] for one in resource["passed_over"]),
        "Unit": resource["unit"],
        "Challenge": resource["challenge"],
        "Reference": resource["reference"],
        "Credits": resource["credits"] or "",
        "Programme": resource["programme"],
        "Round": str(resource["round"] or ""),
        "Seats": str(resource["seats"] or ""),
        "Free seats": str(resource["free_seats"] or ""),
        "Least seats": str(resource["minimum_seats"] or ""),
        "Allocated": ", ".join(
            "{organisation}: {seats}".format(**part) for part in resource["allocated"]
        ),
        term("Ordered", "a date"): resource["ordered_on"],
        "Starts": resource["starts_on"] or "",
        "Ends": resource["ends_on"] or "",
        "Answer by": resource["respond_by"] or "",
        "Confirmed": resource["confirmed_on"] or "",
        "Confirmation": resource["confirmation"],
        "Reason": resource["reason"],
        "Currency": resource["currency"],
        "Amount": ore(resource["amount"]),
        "Reserved": ore(resource["reserved"]),
        "Committed": ore(resource["committed"]),
        "Drawn": ore(resource["drawn"]),
    }


def ready(action: Action, asked: Asked, more: dict[str, Any] | None = None) -> Ready:
    """The command that an action on an order comes to; `more` is what its schema does not take."""
    from ledger.application import bodies, commands
    from ledger.application.bodies.parsing import load
    from ledger.domain import order as domain

    body = load(getattr(bodies, action.schema), asked.body)
    opened = ledger()
    state: domain.State | None = opened.service.load(domain.stream(asked.name))[1]
    if state is None:
        raise NotFound(what="order", name=asked.name)
    party = state.supplier if action.role == "supplier" else state.buyer
    by = acting(opened, action.role, asked.person, asked.organisation, [party], asked.name)
    kind = getattr(domain, action.command)
    command = commands.act(kind, asked.name, {**body, **(more or {})}, action.day, today())
    return Ready(opened, command, by, state.agreement)


for action in ACTIONS:
    order.add_command(verb(action, "NUMBER", ready))
