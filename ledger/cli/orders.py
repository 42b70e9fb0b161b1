"""Course orders: place, list, show, and what is done to one afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.application import acts
from ledger.application.bodies.terms import ORDER_STANDING
from ledger.application.sentences.flags import flag_words
from ledger.application.sentences.kinds import kind_word
from ledger.cli.acts import verb
from ledger.cli.exporting import File, write_document, write_file
from ledger.cli.opening import (
    checkpoint,
    every,
    ledger,
    narrowed_to,
    say_checkpoint,
    today,
)
from ledger.cli.options import PLAIN, Look
from ledger.cli.output import (
    language,
    members,
    ore,
    say,
    say_json,
    standing_words,
    status_words,
    table,
    term,
)
from ledger.cli.parameters import as_file, as_json, as_of, as_pdf, known_at, no_checkpoint
from ledger.cli.schedule import say_schedule
from ledger.cli.verbs import Noun
from ledger.domain.refusals import NotFound

if TYPE_CHECKING:
    from ledger.application.answers.orders import Order


@click.group(cls=Noun)
def order() -> None:
    """Course orders."""


@order.command("list")
@click.option("--agreement", help="Only this agreement's.")
@click.option(
    "--status",
    type=click.Choice(ORDER_STANDING),
    help="Only those in this status; overdue: unanswered past their day.",
)
@as_of
@known_at
@as_file
@as_json
def listed(
    agreement: str | None,
    status: str | None,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """Orders, by number, as they are or as they were."""
    from ledger.application.answers.orders import Order, order_answer
    from ledger.projections import orders
    from ledger.projections.then import Then

    opened = ledger()
    agreement = narrowed_to(opened, agreement)
    opened.views.catch_up()
    then = Then(as_of=as_of, known_at=known_at)
    with opened.views.database.reading() as connection:
        items = [
            order_answer(row.state, as_of or today(), language())
            for row in every(
                lambda after, limit: orders.listed(
                    connection,
                    agreement=agreement,
                    status=status,
                    then=then,
                    after=after,
                    limit=limit,
                ),
                lambda row: row.state.number,
            )
        ]
    if to_file is not None:
        write_file(opened, to_file, Order, items, as_of, known_at)
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
                item.number,
                standing_words(item),
                item.ordered_on,
                item.course,
                *(ore(getattr(item, place)) for place in places),
            )
            for item in items
        ],
    )


@order.command()
@click.argument("number")
@as_of
@known_at
@no_checkpoint
@as_pdf
@as_json
def show(
    number: str,
    as_of: date | None,
    known_at: datetime | None,
    no_checkpoint: bool,
    to_file: File | None,
    as_json: bool,
) -> None:
    """One order with its lines, as it is or as it was."""
    from ledger.application.answers.making import with_more
    from ledger.application.answers.orders import OrderConfirmation, order_answer
    from ledger.numbers import order_number
    from ledger.projections import orders
    from ledger.projections.then import Then

    opened = ledger()
    number = order_number(opened, number)
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        then = Then(as_of=as_of, known_at=known_at)
        found = orders.listed(connection, number=number, then=then, limit=1)
    if not found:
        raise NotFound(what="order", name=number)
    resource = order_answer(found[0].state, as_of or today(), language())
    if to_file is not None or as_json:
        whole = with_more(OrderConfirmation, resource, checkpoint=checkpoint(opened))
        if to_file is not None:
            write_document(opened, to_file, whole, as_of, known_at)
        else:
            say_json(whole)
        return
    members(_members(resource))
    say("")
    coded = any(line.code_string or line.cost_centre for line in resource.lines)
    table(
        ("Line", "Kind", "Text", "Year", "Quantity", "Price", "Amount", *("Codes",) * coded),
        [
            (
                str(line.number),
                kind_word(line.kind, language()),
                line.text,
                str(line.year),
                str(line.quantity or ""),
                ore(line.unit_price) if line.unit_price else "",
                ore(line.amount),
                *(line.code_string or line.cost_centre or "",) * coded,
            )
            for line in resource.lines
        ],
    )
    say_schedule(resource)
    if not no_checkpoint:
        say_checkpoint(opened)


def _members(resource: Order) -> dict[str, Any]:
    return {
        "Order": resource.number,
        "Agreement": resource.agreement,
        "Course": resource.course,
        "Status": standing_words(resource),
        "Flags": flag_words(resource.flags, resource.currency, language()),
        "Buyer": resource.buyer,
        "Supplier": resource.supplier,
        "Not taken by": ", ".join(
            f"{one.supplier} ({status_words(one.status)})" for one in resource.earlier
        ),
        "Passed over": ", ".join(one.supplier for one in resource.passed_over),
        "Unit": resource.unit,
        "Challenge": resource.challenge,
        "Reference": resource.reference,
        "Credits": resource.credits or "",
        "Programme": resource.programme,
        "Round": str(resource.round or ""),
        "Seats": str(resource.seats or ""),
        "Free seats": str(resource.free_seats or ""),
        "Least seats": str(resource.minimum_seats or ""),
        "Allocated": ", ".join(f"{part.organisation}: {part.seats}" for part in resource.allocated),
        term("Ordered", "a date"): resource.ordered_on,
        "Starts": resource.starts_on or "",
        "Ends": resource.ends_on or "",
        "Answer by": resource.respond_by or "",
        "Confirmed": resource.confirmed_on or "",
        "Confirmation": resource.confirmation,
        "By letter": resource.letter,
        "Reason": resource.reason,
        "Currency": resource.currency,
        "Amount": ore(resource.amount),
        "Reserved": ore(resource.reserved),
        "Committed": ore(resource.committed),
        "Drawn": ore(resource.drawn),
    }


LOOKS = {"place": Look(within="lines", reads=True, metavar="AGREEMENT")}

for act in acts.orders.ACTS:
    if act.words and act.part is None:
        order.add_command(verb(act, LOOKS.get(act.name, PLAIN)))
