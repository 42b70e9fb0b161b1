"""What came after a limit was passed and that could be known: orders and invoices, and by whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.application.answers.members import counted as in_members
from ledger.cli.access import names_of
from ledger.cli.exporting import File, write_file
from ledger.cli.opening import at_the_server, ledger, today
from ledger.cli.output import Cell, counted, say, say_json, second, table, tell, term
from ledger.cli.parameters import as_file, as_json, as_of, known_at
from ledger.domain.refusals import SEATS, Amount
from ledger.wording import Sentence, words

if TYPE_CHECKING:
    from ledger.application.answers.passing import AfterPassing
    from ledger.opening import Ledger


@click.command()
@click.argument("number", metavar="AGREEMENT")
@click.option("--limit", default="cap", show_default=True, help="Which limit, by its name.")
@as_of
@known_at
@as_file
@as_json
def passed(
    number: str,
    limit: str,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """When a limit was passed, from when that could be known, and what came after both."""
    opened = ledger()
    found = _passed(opened, number, limit, as_of, known_at)
    if to_file is not None:
        from ledger.application.answers.passing import CameAfter

        write_file(opened, to_file, CameAfter, found.items, as_of or today(), known_at)
        return
    if as_json:
        say_json(found)
        return
    for sentence in _told(found):
        tell(sentence)
    if not found.items:
        return
    say("")
    names = names_of(opened, found.items)
    rows: list[tuple[Cell, ...]] = [
        (
            second(item.recorded_at),
            item.effective_on,
            item.event.sentence,
            names[item.by.person],
            term(item.by.role),
            *(counted(item, figure) for figure in ("asked", "amount", "used", "over")),
        )
        for item in found.items
    ]
    table(
        ("Recorded", "Date", "What", "By", "Role", "Asked", "In force", "In use", "Over"),
        rows,
    )


def _told(found: AfterPassing) -> tuple[Sentence, ...]:
    """Whether it was passed, since when, from when that could be known, and how much came."""
    limit: dict[str, Any] = {
        "agreement": found.agreement,
        "limit": found.limit,
        "as_of": found.as_of or today(),
    }
    if found.amount is None:
        return (words("{agreement} as of {as_of}: what {limit} may hold is unknown.", **limit),)
    if found.passed_on is None or found.known_from is None:
        return (words("{agreement}: {limit} has not been passed by {as_of}.", **limit),)
    unit = SEATS if found.unit == "seats" else found.currency
    used, amount = (
        Amount(in_members(figure, found.unit) or 0, unit) for figure in (found.used, found.amount)
    )
    known = found.known_from
    return (
        words(
            "{agreement}: {limit} was passed on {day}; as of {as_of}, {used} is in use of "
            "{amount}.",
            day=found.passed_on,
            used=used,
            amount=amount,
            **limit,
        ),
        words(
            "It could be known from {moment}: {what}",
            moment=second(known.recorded_at),
            what=known.event.sentence,
        ),
        words("Orders and invoices that came after both: {count}", count=found.count),
    )


def _passed(
    opened: Ledger, number: str, limit: str, as_of: date | None, known_at: datetime | None
) -> AfterPassing:
    """The API's answer, with the items of all its pages."""
    from ledger.application.passing import passed as after_passing
    from ledger.bounds import MAX_PAGE
    from ledger.numbers import agreement_number
    from ledger.projections.then import then_on

    then, asker = then_on(as_of, known_at, today()), at_the_server(opened)
    query, named = {"limit": limit, "rows": MAX_PAGE}, agreement_number(opened, number)
    found, after = after_passing(asker, named, query, then)
    while after:
        more, after = after_passing(asker, named, {**query, "after": int(after)}, then)
        found.items.extend(more.items)
    return found
