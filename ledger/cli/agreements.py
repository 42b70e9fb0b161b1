"""Framework agreements: sign, amend, end; list, show; what members do among themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ledger.application import acts
from ledger.application.bodies.terms import AGREEMENT_STANDING
from ledger.cli.acts import verb
from ledger.cli.exporting import File, write_file
from ledger.cli.history import balance_of, find
from ledger.cli.opening import every, ledger, today
from ledger.cli.options import PLAIN, Look
from ledger.cli.output import (
    formula,
    limits,
    members,
    ore,
    said,
    say,
    say_json,
    standing_words,
    table,
    term,
)
from ledger.cli.parameters import as_file, as_json, as_of, known_at
from ledger.cli.verbs import Noun
from ledger.telling.agreements import REGIMES
from ledger.wording import Sentence, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.application.answers.agreements import Agreement, NamedParty


@click.group(cls=Noun)
def agreement() -> None:
    """Framework agreements."""


@agreement.command("list")
@click.option(
    "--status",
    type=click.Choice(AGREEMENT_STANDING),
    help="Only those that stand so; ended: the term is over.",
)
@as_of
@known_at
@as_file
@as_json
def listed(
    status: str | None,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """Agreements and what is left of each, as they are or as they were."""
    from ledger.application.answers.agreements import ListedAgreement, agreement_answer
    from ledger.application.answers.making import with_more
    from ledger.projections import agreements
    from ledger.projections.then import Then

    opened = ledger()
    opened.views.catch_up()
    then = Then(as_of=as_of, known_at=known_at)
    with opened.views.database.reading() as connection:
        rows = list(
            every(
                lambda after, limit: agreements.listed(
                    connection, None, status=status, then=then, after=after, limit=limit
                ),
                lambda row: row.state.number,
            )
        )
    items = [
        with_more(
            ListedAgreement,
            agreement_answer(row.state, as_of or today()),
            balance=balance_of(opened, row, as_of, known_at),
        )
        for row in rows
    ]
    if to_file is not None:
        write_file(opened, to_file, ListedAgreement, items, as_of, known_at)
        return
    if as_json:
        say_json(items)
        return
    table(
        ("Agreement", "Title", "Status", "Ends", "Cap", "Remaining", "Can be ordered"),
        [
            (
                item.number,
                item.title,
                standing_words(item),
                item.ends_on,
                ore(item.cap),
                ore(item.balance.remaining),
                ore(item.balance.room),
            )
            for item in items
        ],
    )


@agreement.command()
@click.argument("number")
@as_of
@known_at
@as_json
def show(number: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """One agreement: its parties, term and limits, and what is left."""
    from ledger.application.answers.agreements import agreement_answer

    opened = ledger()
    row = find(opened, number, as_of, known_at)
    resource = agreement_answer(row.state, as_of or today())
    if as_json:
        say_json(resource)
        return
    balance = balance_of(opened, row, as_of, known_at)
    members(
        {
            "Agreement": resource.number,
            "Title": resource.title,
            "Status": standing_words(resource),
            "Buyers": _named(resource.buyers),
            "Suppliers": _named(resource.suppliers),
            "Orders go": term(resource.selection.method if resource.selection else ""),
            "Signed": resource.signed_on,
            "Term": said(_term_of(resource)),
            "Regime": said(REGIMES[resource.regime]),
            "Currency": resource.currency,
            **({"Further numbers": _further(resource)} if resource.numbers else {}),
            "Orders": str(resource.orders),
        }
    )
    say("")
    formula(balance)
    limits(balance)


def _term_of(resource: Agreement) -> Sentence:
    return words("{starts_on} to {ends_on}", starts_on=resource.starts_on, ends_on=resource.ends_on)


def _further(resource: Agreement) -> str:
    return ", ".join(f"{one.number} ({term(one.kind)})" for one in resource.numbers)


def _named(parties: Sequence[NamedParty]) -> str:
    return ", ".join(f"{party.name} {party.organisation}".strip() for party in parties)


BUYERS = {"buyers": ("buyer", "A buyer, as 2120002403=Name; once for each.")}
SUPPLIERS = {"suppliers": ("supplier", "A supplier, as 2021004524=Name; once for each.")}
NUMBERS = {
    "numbers": (
        "further-number",
        "A further number, as diary=KS 2023/17; once for each. Kinds: diary, supplier, framework, "
        "other.",
    )
}
LOOKS = {
    "sign": Look(within="policy", parties=BUYERS | SUPPLIERS, numbers=NUMBERS, reads=True),
    "amend": Look(within="change"),
    "rectify": Look(parties=BUYERS | SUPPLIERS),
    "give-numbers": Look(numbers=NUMBERS),
    # For whom somebody acts is asked for by that name.
    "in-kind": Look(renamed={"organisation": "buyer"}),
}

for act in acts.agreements.ACTS:
    if act.words:
        agreement.add_command(verb(act, LOOKS.get(act.name, PLAIN)))
