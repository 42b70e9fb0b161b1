"""Programmes: sessions moved, held and cancelled; rounds; what belongs to another year."""

from datetime import date, datetime

import click

from ledger.application import acts
from ledger.cli.acts import verb
from ledger.cli.certificates import certificate
from ledger.cli.history import find
from ledger.cli.opening import ledger
from ledger.cli.options import Look
from ledger.cli.orders import order
from ledger.cli.output import members, ore, say, say_json, table, term
from ledger.cli.parameters import as_json, as_of, known_at


@order.group()
def session() -> None:
    """Sessions of an order."""


order.add_command(certificate)
for act in acts.orders.ACTS:
    if act.words and act.part is not None:
        session.add_command(verb(act, Look(tries=True)))


@click.command()
@click.argument("agreement")
@as_of
@known_at
@as_json
def rounds(agreement: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """The rounds of an agreement's programmes: seats, credits, sessions, amounts."""
    from ledger.application.answers.programmes import rounds_answer
    from ledger.application.asking import orders_of
    from ledger.projections.then import Then

    opened = ledger()
    row = find(opened, agreement, as_of, known_at)
    with opened.views.database.reading() as connection:
        orders = orders_of(connection, row.state.number, then=Then(as_of=as_of, known_at=known_at))
        found = rounds_answer(row.state, orders)
    if as_json:
        say_json(found)
        return
    table(
        ("Programme", "Round", "Starts", "Ends", "Credits", "Seats", "Free", "Sessions", "Held",
         "Ordered", "Invoiced"),
        [
            (
                one.programme,
                str(one.round or ""),
                one.starts_on or "",
                one.ends_on or "",
                ", ".join(one.credits),
                *map(str, (one.seats, one.free_seats, one.sessions, one.sessions_held)),
                ore(one.amount),
                ore(one.invoiced),
            )
            for one in found.items
        ],
    )  # fmt: skip
    reported = [one for one in found.items if one.result or one.participants is not None]
    if reported:
        say("")
        table(
            ("Programme", "Round", "Took part", "Completed", "Each", "Result"),
            [
                (
                    one.programme,
                    str(one.round or ""),
                    "" if one.participants is None else str(one.participants),
                    "" if one.completed is None else str(one.completed),
                    ore(one.per_participant) if one.per_participant else "",
                    one.result,
                )
                for one in reported
            ],
        )


@click.command()
@click.argument("agreement")
@click.argument("year", type=click.IntRange(1990, 2200))
@as_of
@known_at
@as_json
def accruals(
    agreement: str, year: int, as_of: date | None, known_at: datetime | None, as_json: bool
) -> None:
    """What was delivered and not invoiced at the end of YEAR, or invoiced and not delivered."""
    from ledger.application.answers.accruals import accruals_answer
    from ledger.application.asking import drawdowns_of, orders_of
    from ledger.projections.then import Then

    opened = ledger()
    then = Then(as_of=as_of, known_at=known_at)
    row = find(opened, agreement, as_of, known_at)
    with opened.views.database.reading() as connection:
        orders = orders_of(connection, row.state.number, then=then)
        drawdowns = drawdowns_of(connection, row.state.number, then)
        found = accruals_answer(row.state, orders, drawdowns, year)
    if as_json:
        say_json(found)
        return
    members(
        {
            "At the end of": found.ends_on,
            "Delivered, not invoiced": ore(found.accrued),
            "Invoiced, not delivered": ore(found.prepaid),
        }
    )
    say("")
    table(
        ("Order", "Line", "Cost centre", "Delivered", "Invoiced", "Accrued", "Prepaid",
         "Sessions", "Basis", "Marked invoices"),
        [
            (
                one.order,
                str(one.line),
                one.cost_centre or "",
                *map(ore, (one.delivered, one.invoiced, one.accrued, one.prepaid)),
                ", ".join(map(str, one.sessions)),
                term(one.basis),
                ", ".join(id.split(".")[1] for id in one.invoices),
            )
            for one in found.items
        ],
    )  # fmt: skip
