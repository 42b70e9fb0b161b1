"""Two views of an agreement beside each other: what came in between, and what each fact moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ledger.cli.history import find
from ledger.cli.opening import ledger, today
from ledger.cli.output import Cell, counted, language, limit_name, say, say_json, table, tell, term
from ledger.cli.parameters import POINT, Point, as_json
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.application.answers.balances import LimitBalance
    from ledger.application.answers.compared import Comparison, LimitChange, Moved

PLACES = ("cap", "reserved", "committed", "drawn", "remaining")
SIDES = {"to": "", "from": "went", "both": "counts otherwise"}


@click.command()
@click.argument("number", metavar="AGREEMENT")
@click.option("--from", "first", type=POINT, required=True, help="A date, @MOMENT, or DATE@MOMENT.")
@click.option("--to", "second", type=POINT, required=True, help="The same, of the other view.")
@as_json
def compare(number: str, first: Point, second: Point, as_json: bool) -> None:
    """Compare two dates, or one date as known at two moments: what came in, what it moved."""
    opened = ledger()
    found = _compared(opened, number, first, second)
    if as_json:
        say_json(found)
        return
    before, after = (
        {limit.name: limit for limit in side.limits} for side in (found.from_, found.to)
    )
    for change in found.changes:
        name = change.limit
        if name == "cap":
            currency = found.to.currency
            tell(words("{agreement}, in {currency}", agreement=number, currency=currency))
        else:
            say(name)
        rows: list[tuple[Cell, ...]] = [
            (term("from"), *_figures(before[name])),
            (term("to"), *_figures(after[name])),
            (term("difference"), *_figures(change)),
        ]
        table(("", *(place.capitalize() for place in PLACES)), rows)
        say("")
    table(
        ("Fact", "Date", "What", "Limit", *(place.capitalize() for place in PLACES), "Side"),
        [row for item in found.items for row in _rows(item)],
    )


def _figures(limit: LimitBalance | LimitChange) -> tuple[Cell, ...]:
    return tuple(counted(limit, "amount" if place == "cap" else place) for place in PLACES)


def _rows(item: Moved) -> list[tuple[Cell, ...]]:
    """A line for each limit that a fact changed; one where it changed none."""
    event, side = item.event, term(SIDES[item.side])
    head = (str(event.position), event.effective_on, event.sentence)
    moved = [(*head, limit_name(change.limit), *_figures(change), side) for change in item.moved]
    return moved or [(*head, "", *("" for _ in PLACES), side)]


def _compared(opened: Any, number: str, first: Point, second: Point) -> Comparison:
    """The API's comparison, with the items of all its pages."""
    from ledger.application.answers.compared import comparison_answer, moved_answers
    from ledger.bounds import MAX_PAGE
    from ledger.projections import comparing
    from ledger.projections.then import then_on

    row = find(opened, number)
    views = [then_on(as_of, known_at, today()) for as_of, known_at in (first, second)]
    told = [row.told(view) for view in views]
    with opened.views.database.reading() as connection:

        def page(after: int) -> comparing.Compared:
            return comparing.compare(
                connection,
                row.now,
                *told,
                at=row.position,
                after=after,
                count=MAX_PAGE,
            )

        found = page(0)
        resource = comparison_answer(row.now, found, views, opened.now, row.position, language())
        while found.following is not None:
            found = page(found.following)
            resource.items.extend(moved_answers(row.now, found.between, language()))
    return resource
