"""Why a figure is what it is: the postings behind it, and the fact that each of them came of."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from ledger.cli.history import find
from ledger.cli.opening import ledger
from ledger.cli.output import exact, language, ore, said, say, say_json, second, table, tell, term
from ledger.cli.parameters import as_json, as_of, known_at
from ledger.domain.limits import FIGURES
from ledger.domain.refusals import SEATS, Amount
from ledger.wording import Sentence, words

if TYPE_CHECKING:
    from ledger.application.answers.explained import Explanation


@click.command()
@click.argument("number", metavar="AGREEMENT")
@click.argument("figure", type=click.Choice(FIGURES))
@click.option("--limit", default="cap", show_default=True, help="Of which limit, by its name.")
@as_of
@known_at
@as_json
def why(
    number: str,
    figure: str,
    limit: str,
    as_of: date | None,
    known_at: datetime | None,
    as_json: bool,
) -> None:
    """Open FIGURE into the postings that add up to it, each with the fact that it came of."""
    asked = {"figure": figure, "limit": limit, "as_of": as_of, "known_at": known_at}
    opened = ledger()
    found = _explained(opened, number, asked)
    if as_json:
        say_json(found)
        return
    seated = found.unit == "seats"
    amount = None if found.amount is None else int(found.amount) if seated else ore(found.amount)
    unit = SEATS if seated else found.currency
    named = term(figure)
    if limit != "cap":
        named = said(words("{figure} of {name}", figure=named, name=limit))
    tell(
        replace(
            _viewed(as_of, known_at),
            figures={
                "agreement": number,
                "as_of": as_of or "",
                "known_at": "" if known_at is None else exact(known_at),
                "figure": named,
                "amount": term("unknown") if amount is None else Amount(amount, unit),
            },
        )
    )
    say("")
    names = opened.registry.names({item.by.person for item in found.items})
    table(
        ("Date", "Amount", "Order", "Line", "Fact", "What", "By", "Recorded", "File"),
        [
            (
                item.effective_on,
                (item.amount or "") if seated else ore(item.amount),
                item.order or "",
                str(item.line or ""),
                str(item.event.position),
                item.event.sentence,
                names.get(item.by.person, item.by.person),
                second(item.recorded_at),
                "" if item.source is None else item.source.sha256[:12],
            )
            for item in found.items
        ],
    )


def _viewed(as_of: date | None, known_at: datetime | None) -> Sentence:
    if as_of is None and known_at is None:
        return words("{agreement}: {figure} is {amount}")
    if known_at is None:
        return words("{agreement} as of {as_of}: {figure} is {amount}")
    if as_of is None:
        return words("{agreement}, as known at {known_at}: {figure} is {amount}")
    return words("{agreement} as of {as_of}, as known at {known_at}: {figure} is {amount}")


def _explained(opened: Any, number: str, asked: dict[str, Any]) -> Explanation:
    """The API's explanation, with the items of all its pages."""
    from ledger.application.answers.explained import (
        cursor_of,
        explanation_answer,
        part_answers,
    )
    from ledger.bounds import MAX_PAGE
    from ledger.projections import explaining
    from ledger.projections.then import Then

    row = find(opened, number)
    then = row.told(Then(as_of=asked["as_of"], known_at=asked["known_at"]))
    with opened.views.database.reading() as connection:

        def page(after: Any) -> explaining.Explained:
            figure, limit = asked["figure"], asked["limit"]
            return explaining.explain(connection, row.now, figure, limit, then, after, MAX_PAGE)

        found = page(cursor_of(None, row.position))
        receipt_of = opened.store.leaves.receipt
        resource = explanation_answer(row.now, asked, found, row.position, receipt_of, language())
        while found.cursor is not None:
            found = page(found.cursor)
            resource.items.extend(part_answers(row.now, found, receipt_of, language()))
    return resource
