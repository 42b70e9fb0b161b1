"""Framework agreements: sign, amend, end; list, show; what members do among themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.application import acts
from ledger.application.bodies.terms import AGREEMENT_STANDING
from ledger.cli.acts import verb
from ledger.cli.exporting import File, write_file
from ledger.cli.history import balance_of, find, known
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
    tell,
    term,
)
from ledger.cli.parameters import ORGANISATION, as_file, as_json, as_of, known_at
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
@click.option("--buyer", type=ORGANISATION, help="Only those of this buyer.")
@click.option("--supplier", type=ORGANISATION, help="Only those with this supplier.")
@click.option(
    "--ends-within",
    type=click.IntRange(1, 600),
    help="Only those that have not ended, and do so within so many months.",
)
@click.option(
    "--used-from",
    type=click.IntRange(1, 100),
    help="Only those of whose caps so many per cent or more are in use.",
)
@as_of
@known_at
@as_file
@as_json
def listed(
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
    used_from: int | None,
    **narrowed: Any,
) -> None:
    """Agreements and what is left of each, as they are or as they were."""
    from ledger.application.answers.agreements import ListedAgreement, agreement_answer
    from ledger.application.answers.making import with_more
    from ledger.application.narrowing import in_use_from
    from ledger.projections import agreements
    from ledger.projections.then import Then

    opened = ledger()
    opened.views.catch_up()
    then = Then(as_of=as_of, known_at=known_at)
    with opened.views.database.reading() as connection:
        if used_from is not None:
            used = in_use_from(connection, None, lambda _: None, then, used_from)
            narrowed["numbers"] = used
        rows = list(
            every(
                lambda after, limit: agreements.listed(
                    connection, None, then=then, after=after, limit=limit, **narrowed
                ),
                lambda row: row.state.number,
            )
        )
    items = [
        with_more(
            ListedAgreement,
            agreement_answer(row.state, as_of or today(), known(opened, row, known_at)),
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
    resource = agreement_answer(row.state, as_of or today(), known(opened, row, known_at))
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
    _tell_later(resource)
    limits(balance)


def _tell_later(resource: Agreement) -> None:
    """What of its terms takes effect later; of limits the formula says it."""
    for one in resource.later:
        if one.buyers:
            who = _named(one.buyers)
            tell(words("from {day}: {buyers} may order", day=one.day, buyers=who))
        if one.suppliers:
            who = _named(one.suppliers)
            tell(words("from {day}: orders go to {suppliers}", day=one.day, suppliers=who))
        if one.policy_changes:
            names = ", ".join(term(name.replace("_", " ")) for name in one.policy_changes)
            tell(words("from {day}: another policy: {members}", day=one.day, members=names))


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
