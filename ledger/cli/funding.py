"""Grants and other funding of an agreement: decided, changed, withdrawn, and what they cover."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ledger.application import acts
from ledger.cli.acts import verb
from ledger.cli.history import find
from ledger.cli.opening import ledger, today
from ledger.cli.options import Look
from ledger.cli.output import Cell, language, ore, say, say_json, table, tell, term
from ledger.cli.parameters import as_json, as_of, known_at
from ledger.cli.verbs import Noun
from ledger.domain.refusals import Amount
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.application.answers.funding import AgreementFunding, FundingSource


@click.group(cls=Noun)
def funding() -> None:
    """Grants and other funding, and what is eligible."""


@funding.command()
@click.argument("number")
@as_of
@known_at
@as_json
def show(number: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """What each source covers, why not the rest, and who carries what."""
    from ledger.application.answers.funding import funding_answer
    from ledger.application.asking import counted_of
    from ledger.projections.postings import opening_by_buyer
    from ledger.projections.then import Then

    opened = ledger()
    row = find(opened, number, as_of, known_at)
    then = Then(as_of=as_of, known_at=known_at)
    with opened.views.database.reading() as connection:
        drawdowns = counted_of(connection, row.state.number, then)
        carried = opening_by_buyer(connection, row.state.number, then)
        found = funding_answer(row.state, drawdowns, carried, language(), as_of or today())
    if as_json:
        say_json(found)
        return
    _say_sources(found)
    say("")
    table(
        ("Member", "Gross", "Covered", "Own", "In kind"),
        [
            (
                f"{one.name} {one.organisation}".strip(),
                *(ore(getattr(one, name)) for name in ("gross", "covered", "own", "in_kind")),
            )
            for one in found.members
        ],
    )


def _say_sources(found: AgreementFunding) -> None:
    table(
        ("Source", "Pays %", "From", "To", "Ceiling", "Eligible", "Support", "Waiting", "Left"),
        [
            (
                one.name,
                one.share,
                one.starts_on,
                one.ends_on,
                *_amounts(one, "ceiling", "eligible", "support", "waiting", "left"),
            )
            for one in found.sources
        ],
    )
    say("")
    table(
        ("Source", "Claimed", "Paid", "To claim", "Outstanding", "Period"),
        [
            (
                one.name,
                *_amounts(one, "claimed", "paid", "to_claim", "outstanding"),
                term("over") if one.period_over else term("not over"),
            )
            for one in found.sources
        ],
    )
    say("")

    def amount(text: str) -> Amount:
        return Amount(ore(text) or 0, found.currency)

    tell(words("Invoiced: {amount}", amount=amount(found.invoiced)))
    tell(words("Eligible: {amount}", amount=amount(found.eligible)))
    for one in found.not_eligible:
        told = words(
            "Not eligible: {amount}, {because}",
            amount=amount(one.amount),
            because=one.because,
        )
        tell(told)


def _amounts(one: FundingSource, *names: str) -> tuple[Cell, ...]:
    return tuple(ore(getattr(one, name)) for name in names)


for act in acts.funding.ACTS:
    funding.add_command(verb(act, Look(renamed={"name": "source"})))
