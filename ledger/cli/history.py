"""What is left and why: balance, statement and history, for any date."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.exporting import File, write_document, write_file
from ledger.cli.opening import checkpoint, every, ledger, say_checkpoint, today
from ledger.cli.output import (
    code_words,
    exact,
    formula,
    limits,
    ore,
    say,
    say_json,
    second,
    table,
    tell,
)
from ledger.cli.parameters import (
    DAY,
    as_file,
    as_json,
    as_of,
    known_at,
    no_checkpoint,
    recorded_as_of,
)
from ledger.domain.money import from_text
from ledger.domain.refusals import Amount, NotFound
from ledger.wording import Sentence, words

if TYPE_CHECKING:
    from ledger.application.answers.balances import Balance
    from ledger.application.answers.outlook import Forecast
    from ledger.domain import agreement
    from ledger.opening import Ledger
    from ledger.projections.agreements import Row
    from ledger.projections.then import Then


@click.command()
@click.argument("number")
@as_of
@known_at
@as_json
def balance(number: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """What is left of an agreement, every term printed."""
    opened = ledger()
    found = balance_of(opened, find(opened, number), as_of, known_at)
    if as_json:
        say_json(found)
        return
    tell(viewed(found, known_at))
    say("")
    formula(found)
    limits(found)
    given = from_text(found.in_kind)
    if given:
        say("")
        in_kind = Amount(given, found.currency)
        tell(words("In kind, beside the balance: {amount}", amount=in_kind))


def viewed(found: Balance | Forecast, known_at: datetime | None = None) -> Sentence:
    """Which view of an agreement follows."""
    told = {name: getattr(found, name) for name in ("agreement", "as_of", "currency")}
    if known_at is None:
        return words("{agreement} as of {as_of}, in {currency}", **told)
    return words(
        "{agreement} as of {as_of}, as known at {known_at}, in {currency}",
        known_at=exact(known_at),
        **told,
    )


def balance_of(opened: Ledger, row: Row, as_of: date | None, known_at: datetime | None) -> Balance:
    """The API's balance of an agreement, as of a business date, as known at a moment."""
    from ledger.application.answers.balances import balance_answer
    from ledger.projections import postings
    from ledger.projections.then import then_on

    then, day = then_on(as_of, known_at, today()), as_of or today()
    with opened.views.database.reading() as connection:
        found = postings.balance(
            connection,
            row.now,
            row.told(then),
            row.latest_on,
            since=day,
            standing=row.state,
        )
        given = postings.beside(connection, row.now, then)
    known = known_at or opened.now
    return balance_answer(row.now, found, day, known, row.position, given)


def known(opened: Ledger, row: Row, known_at: datetime | None) -> agreement.State | None:
    """An agreement with what is recorded of its terms for any day, by a moment."""
    from ledger.projections import postings

    with opened.views.database.reading() as connection:
        return postings.terms_known(connection, row.now, known_at)


def find(
    opened: Ledger, number: str, as_of: date | None = None, known_at: datetime | None = None
) -> Row:
    """An agreement as the read models have it, caught up, or as it was. Raises NotFound."""
    from ledger.numbers import agreement_number
    from ledger.projections import agreements
    from ledger.projections.then import Then

    number = agreement_number(opened, number)
    opened.views.catch_up()
    then = Then(as_of=as_of, known_at=known_at)
    with opened.views.database.reading() as connection:
        row = agreements.find(connection, number, None, then)
    if row is None:
        raise NotFound(what="agreement", name=number)
    return row


@click.command()
@click.argument("number")
@as_of
@known_at
@click.option("--since", type=DAY, help="Rows from this day on.")
@click.option("--rows", "limit", type=click.IntRange(1), help="At most so many rows.")
@no_checkpoint
@as_file
@as_json
def statement(
    number: str,
    as_of: date | None,
    known_at: datetime | None,
    since: date | None,
    limit: int | None,
    no_checkpoint: bool,
    to_file: File | None,
    as_json: bool,
) -> None:
    """What moved between the four places, with the running balance."""
    from ledger.application.answers.postings import Posting
    from ledger.application.stating import stated
    from ledger.projections.then import then_on

    opened = ledger()
    row = find(opened, number)
    then = row.told(then_on(as_of, known_at, today()))
    with opened.views.database.reading() as connection:
        found = stated(connection, row.state.number, then, since=since, limit=limit)
    told = found.answer(row.state, checkpoint(opened))
    items = told.items
    if to_file is not None and to_file.format == "pdf":
        write_document(opened, to_file, told, as_of, known_at)
        return
    if to_file is not None:
        write_file(opened, to_file, Posting, items, as_of, known_at)
        return
    if as_json:
        say_json(told)
        return
    places = ("cap", "reserved", "committed", "drawn", "remaining")
    table(
        ("Date", "Cause", "Order", "Line", *(place.capitalize() for place in places)),
        [
            (
                item.effective_on,
                code_words(item.cause),
                item.order or "",
                str(item.line or ""),
                *(ore(getattr(item, place)) for place in places),
            )
            for item in items
        ]
        + [
            (when, code_words(said), "", "", *(ore(getattr(at, place)) for place in places))
            for when, said, at in (("", "carried", told.opening), ("", "all rows", told.closing))
            if since or limit
        ],
    )
    if not no_checkpoint:
        say_checkpoint(opened)


@click.command()
@click.argument("name")
@recorded_as_of
@known_at
@as_file
@as_json
def history(
    name: str,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """Every fact of an agreement, or of one order or drawdown."""
    from ledger.application.answers.log import Fact, fact_answer
    from ledger.numbers import agreement_number, order_number
    from ledger.projections.then import Then
    from ledger.snapshots import KINDS

    opened = ledger()
    name = agreement_number(opened, order_number(opened, name))
    opened.views.catch_up()
    nouns = (noun for noun in KINDS if noun != "number")
    narrowed = ({"agreement": name}, *({"stream": f"{noun}/{name}"} for noun in nouns))
    then = Then(as_of=as_of, known_at=known_at)
    rows = next(filter(None, (_facts(opened, then, **one) for one in narrowed)), [])
    if not rows:
        raise NotFound(what="agreement, order or drawdown", name=name)
    items = [fact_answer(row) for row in rows]
    if to_file is not None:
        write_file(opened, to_file, Fact, items, as_of, known_at)
        return
    if as_json:
        say_json(items)
        return
    names = opened.registry.names({item.by.person for item in items})
    table(
        ("Position", "Date", "Fact", "Of", "By", "Recorded"),
        [
            (
                str(item.position),
                item.effective_on,
                code_words(item.name),
                item.stream.partition("/")[2],
                names.get(item.by.person, item.by.person),
                second(item.recorded_at),
            )
            for item in items
        ],
    )


def _facts(opened: Ledger, then: Then, **narrowed: Any) -> list[dict[str, Any]]:
    from ledger.projections import timeline

    with opened.views.database.reading() as connection:
        return list(
            every(
                lambda after, limit: timeline.of(
                    connection, then=then, after=after, limit=limit, **narrowed
                ),
                lambda row: row["position"],
                first=0,
            )
        )
