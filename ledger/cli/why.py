"""Why a figure is what it is: the postings behind it, and the fact that each of them came of."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from ledger.cli.opening import at_the_server, ledger
from ledger.cli.output import exact, ore, said, say, say_json, second, table, tell, term
from ledger.cli.parameters import ORGANISATION, as_json, as_of, known_at
from ledger.domain.limits import FIGURES
from ledger.domain.refusals import SEATS, Amount
from ledger.wording import Sentence, words

if TYPE_CHECKING:
    from ledger.application.answers.explained import Explanation
    from ledger.opening import Ledger


@click.command()
@click.argument("number", metavar="AGREEMENT")
@click.argument("figure", type=click.Choice(FIGURES))
@click.option("--limit", default="cap", show_default=True, help="Of which limit, by its name.")
@click.option("--year", type=click.IntRange(1990, 2200), help="Only what is delivered in it.")
@click.option("--buyer", type=ORGANISATION, help="Only what this buyer uses.")
@click.option("--unit", help="Only what this unit uses.")
@as_of
@known_at
@as_json
def why(
    number: str,
    figure: str,
    limit: str,
    year: int | None,
    buyer: str | None,
    unit: str | None,
    as_of: date | None,
    known_at: datetime | None,
    as_json: bool,
) -> None:
    """Open FIGURE into the postings that add up to it, each with the fact that it came of."""
    given = {"figure": figure, "limit": limit, "year": year, "buyer": buyer, "unit": unit}
    asked = {name: value for name, value in given.items() if value is not None}
    opened = ledger()
    found = _explained(opened, number, asked, as_of, known_at)
    if as_json:
        say_json(found)
        return
    seated = found.unit == "seats"
    amount = None if found.amount is None else int(found.amount) if seated else ore(found.amount)
    unit = SEATS if seated else found.currency
    named = term(figure)
    if limit != "cap":
        named = said(words("{figure} of {name}", figure=named, name=limit))
    if narrowed := [str(asked[name]) for name in ("year", "buyer", "unit") if name in asked]:
        named = f"{named} ({', '.join(narrowed)})"
    if found.note is not None:
        say(found.note)
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


def _explained(
    opened: Ledger,
    number: str,
    asked: dict[str, Any],
    as_of: date | None,
    known_at: datetime | None,
) -> Explanation:
    """The API's explanation, with the items of all its pages."""
    from ledger.application.why import why as explained
    from ledger.bounds import MAX_PAGE
    from ledger.numbers import agreement_number
    from ledger.projections.then import Then

    then, asker = Then(as_of=as_of, known_at=known_at), at_the_server(opened)
    query = {**asked, "rows": MAX_PAGE}
    named = agreement_number(opened, number)
    resource, after = explained(asker, named, query, then)
    while after:
        more, after = explained(asker, named, {**query, "after": after}, then)
        resource.items.extend(more.items)
    return resource
