"""How each supplier of an agreement stands against its key, and when it was passed over."""

from datetime import date, datetime

import click

from ledger.cli.history import find
from ledger.cli.opening import ledger
from ledger.cli.output import Cell, members, ore, say, say_json, table, term
from ledger.cli.parameters import as_json, as_of, known_at


@click.command()
@click.argument("agreement")
@as_of
@known_at
@as_json
def suppliers(agreement: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """What each supplier has of the orders against its key, and when it was passed over."""
    from ledger.application.answers.suppliers import standings_answer
    from ledger.projections.suppliers import standings
    from ledger.projections.then import Then

    opened = ledger()
    then = Then(as_of=as_of, known_at=known_at)
    row = find(opened, agreement, as_of, known_at)
    with opened.views.database.reading() as connection:
        found = standings_answer(row.state, standings(connection, row.state, then), then)
    if as_json:
        say_json(found)
        return
    members(
        {
            "Agreement": found.agreement,
            "Orders go": term(found.method or "as the orderer says"),
            "Next": found.next or "",
        }
    )
    say("")
    table(
        ("Supplier", "Ordered", "Drawn", "Share", "Key", "Deviation", "Orders", "Declined",
         "Lapsed", "Passed over"),
        [
            (
                one.name or one.supplier,
                ore(one.ordered),
                ore(one.drawn),
                *(str("" if getattr(one, part) is None else getattr(one, part))
                  for part in ("share", "key", "deviation")),
                *(str(getattr(one, part)) for part in ("orders", "declined", "lapsed")),
                str(len(one.passed_over)),
            )
            for one in found.items
        ],
    )  # fmt: skip
    passings: list[tuple[Cell, ...]] = [
        (passing.order, passing.on, one.name or one.supplier, passing.reason)
        for one in found.items
        for passing in one.passed_over
    ]
    if passings:
        say("")
        table(("Order", "Date", "Passed over", "Reason"), passings)
