"""The page for a council: an agreement on one page."""

from datetime import date, datetime

import click

from ledger.cli.exporting import File, write_document
from ledger.cli.opening import at_the_server, ledger
from ledger.cli.output import formula, say, say_json, table
from ledger.cli.parameters import as_json, as_of, as_pdf, known_at


@click.command()
@click.argument("number")
@as_of
@known_at
@as_pdf
@as_json
def council(
    number: str,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """An agreement for a council: the answer, the formula, what is open; as PDF on a page."""
    from ledger.application.council import of
    from ledger.numbers import agreement_number

    opened = ledger()
    found = of(at_the_server(opened), agreement_number(opened, number), as_of, known_at)
    if to_file is not None:
        write_document(opened, to_file, found, as_of, known_at)
        return
    if as_json:
        say_json(found)
        return
    for text in (found.headline, found.used, found.forecast, ""):
        say(text)
    formula(found.balance)
    if found.matters:
        say("")
        rows = [(one.name, one.on or "", one.sentence) for one in found.matters]
        table(("Which", "Date", "What"), rows)
