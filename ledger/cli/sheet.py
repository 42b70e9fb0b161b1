"""The sheet for suppliers: what to write in an e-invoice so that it finds its order."""

from datetime import date, datetime

import click

from ledger.cli.exporting import File, write_document
from ledger.cli.opening import at_the_server, ledger
from ledger.cli.output import say, say_json
from ledger.cli.parameters import as_json, as_of, as_pdf, known_at


@click.command()
@click.argument("number")
@as_of
@known_at
@as_pdf
@as_json
def sheet(
    number: str,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """What a supplier writes in an e-invoice for an agreement, or for one order, to be sent."""
    from ledger.application import sheets
    from ledger.domain import order
    from ledger.projections.then import Then

    opened = ledger()
    asker, then = at_the_server(opened), Then(as_of=as_of, known_at=known_at)
    is_order = opened.service.load(order.stream(number))[1] is not None
    found = (sheets.of_order if is_order else sheets.of_agreement)(asker, number, then)
    if to_file is not None:
        write_document(opened, to_file, found, as_of, known_at)
    elif as_json:
        say_json(found)
    else:
        say(found.text.rstrip("\n"))
