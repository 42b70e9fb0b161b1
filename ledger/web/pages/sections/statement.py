"""The account statement of an agreement: what moved, in the order that it counts, and what was left
after each; of a period with what was carried to it."""

from datetime import date

from flask import Response, request

from ledger.application import anchor
from ledger.application.answers.postings import Posting
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import PeriodQuery
from ledger.application.exports.cells import word
from ledger.application.stating import place_from, place_of, stated
from ledger.bounds import STATEMENT_ROWS
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.exporting import document_file, format_asked, list_file
from ledger.web.language import of_request
from ledger.web.pages.files import FORMATS, PAGE
from ledger.web.pages.sections.frame import READERS, Opened, blueprint, opened, section
from ledger.web.pages.times import require_read
from ledger.web.seen import ledger


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
    try:
        after = place_from(request.args.get("after"))
    except ValueError:
        after = None
    with ledger().views.database.reading() as connection:
        found = stated(
            connection,
            of.number,
            Then(as_of=until, known_at=then.known_at),
            of.only,
            since=first,
            after=after,
            limit=STATEMENT_ROWS + 1,
        )
    items = found.rows[:STATEMENT_ROWS]
    return section(
        "statement",
        of,
        items=items,
        following=place_of(items[-1]) if len(found.rows) > STATEMENT_ROWS else "",
        opening=found.opening if first or after else None,
        carried_to=items[0]["effective_on"] if after and items else first,
        closing=found.closing,
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
        then = Then(as_of=until, known_at=known_at)
        found = stated(connection, of.number, then, of.only, since=first)
    items = found.items()
    if format == "pdf":
        checkpoint = anchor.checkpoint_answer(ledger().settings.notary, of_request())
        response = document_file(found.answer(of.row.state, checkpoint), of.day, known_at)
    else:
        response = list_file(
            format, Posting, items, of.day, known_at, of.number, tuple(asked.items())
        )
    response.vary.add("Accept")
    return response
