"""The account statement of an agreement: what moved, in the order that it counts, and what was left
after each; of a period with what was carried to it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, request

from ledger.application import anchor
from ledger.application.answers.making import made
from ledger.application.answers.postings import Posting, statement_answer
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import PeriodQuery
from ledger.application.exports.cells import word
from ledger.bounds import STATEMENT_ROWS
from ledger.projections import statement as rows
from ledger.web.access import allow
from ledger.web.exporting import document_file, format_asked, list_file
from ledger.web.language import of_request
from ledger.web.pages.files import FORMATS, PAGE
from ledger.web.pages.sections.frame import READERS, Opened, blueprint, opened, section
from ledger.web.pages.times import require_read
from ledger.web.seen import ledger

DAY = timedelta(days=1)


@blueprint.get("/agreements/<agreement:number>/statement")
@allow(*READERS)
def statement(number: str) -> str | Response:
    of = opened(number)
    asked = {name: request.args[name] for name in ("from", "to") if request.args.get(name)}
    period = parsing.load(PeriodQuery, asked)
    first, last = period["first"], period["last"]
    then = of.row.told(of.then)
    until = min(one for one in (last, then.as_of, date.max) if one is not None)
    if (format := format_asked(FORMATS, PAGE)) != PAGE:
        require_read(of.times)
        return _file(of, format, first, until, asked)
    with ledger().views.database.reading() as connection:
        found = rows.statement(
            connection,
            of.number,
            until,
            then.known_at,
            of.only,
            since=first,
            limit=STATEMENT_ROWS + 1,
        )
        opening = rows.carried(connection, of.number, first, then.known_at, of.only)
        closing = rows.carried(connection, of.number, until + DAY, then.known_at, of.only)
    return section(
        "statement",
        of,
        items=found[:STATEMENT_ROWS],
        more=len(found) > STATEMENT_ROWS,
        opening=opening if first else None,
        closing=closing,
        until=until,
        first=first,
        told=of.only is None,
        cause=lambda row: word(row["cause"], "cause", of_request()),
        asked=asked,
    )


def _file(
    of: Opened, format: str, first: date | None, until: date, asked: dict[str, str]
) -> Response:
    """The whole period, by the query that the API's statement asks."""
    known_at = of.times.known_at or ledger().now
    with ledger().views.database.reading() as connection:
        found: Sequence[dict[str, Any]] = rows.statement(
            connection, of.number, until, known_at, of.only, since=first
        )
    items = [made(Posting, one) for one in found]
    if format == "pdf":
        checkpoint = anchor.checkpoint_answer(ledger().settings.notary, of_request())
        told = statement_answer(of.row.state, items, checkpoint)
        response = document_file(told, of.day, known_at)
    else:
        response = list_file(
            format, Posting, items, of.day, known_at, of.number, tuple(asked.items())
        )
    response.vary.add("Accept")
    return response
