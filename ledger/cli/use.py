"""What is in use of agreements, by year of delivery, buyer and unit."""

from datetime import date, datetime

import click

from ledger.cli.exporting import File, write_file
from ledger.cli.opening import at_the_server, ledger, narrowed_to
from ledger.cli.output import ore, say_json, table, term
from ledger.cli.parameters import ORGANISATION, as_file, as_json, as_of, known_at

PLACES = ("reserved", "committed", "drawn", "used")


@click.command()
@click.option("--agreement", help="Only of this agreement.")
@click.option("--year", type=click.IntRange(1990, 2200), help="Only what is delivered in it.")
@click.option("--buyer", type=ORGANISATION, help="Only what this buyer uses.")
@click.option("--unit", help="Only what this unit uses.")
@as_of
@known_at
@as_file
@as_json
def use(
    agreement: str | None,
    year: int | None,
    buyer: str | None,
    unit: str | None,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """What is in use of agreements, by year of delivery, buyer and unit."""
    from ledger.application import reports
    from ledger.application.answers.usage import UsedPart
    from ledger.projections.then import Then

    opened = ledger()
    named = narrowed_to(opened, agreement)
    given = {"agreement": named, "year": year, "buyer": buyer, "unit": unit}
    narrowed = {name: value for name, value in given.items() if value is not None}
    then = Then(as_of=as_of, known_at=known_at)
    found = reports.use(at_the_server(opened), narrowed, then)
    if to_file is not None:
        write_file(opened, to_file, UsedPart, found.items, as_of, known_at)
        return
    if as_json:
        say_json(found)
        return
    several = len(found.totals) > 1
    rows: list[tuple[str | int | None, ...]] = [
        (
            item.agreement,
            str(item.year),
            item.buyer_name,
            item.unit,
            str(item.orders),
            *(ore(getattr(item, place)) for place in PLACES),
        )
        for item in found.items
    ]
    rows += [
        (
            f"{term('Together')} {total.currency}" if several else term("Together"),
            *("", "", "", ""),
            *(ore(getattr(total, place)) for place in PLACES),
        )
        for total in found.totals
    ]
    table(
        ("Agreement", "Year", "Buyer", "Unit", "Orders", "Reserved", "Committed", "Drawn",
         "In use"),
        rows,
    )  # fmt: skip
