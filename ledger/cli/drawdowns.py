"""Drawdowns, the invoices and credits against orders: list, show, approve, reject, recharge."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ledger.application import acts
from ledger.application.sentences.flags import flag_words
from ledger.cli.acts import verb
from ledger.cli.exporting import File, write_file
from ledger.cli.opening import every, ledger, narrowed_to
from ledger.cli.options import Look
from ledger.cli.output import (
    Cell,
    language,
    members,
    ore,
    said,
    say,
    say_json,
    status_words,
    table,
    term,
)
from ledger.cli.parameters import as_file, as_json, as_of, known_at
from ledger.cli.verbs import Noun
from ledger.domain.refusals import NotFound
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.application.answers.drawdowns import Drawdown


@click.group(cls=Noun)
def drawdown() -> None:
    """Invoices and credits against orders."""


@drawdown.command("list")
@click.option("--agreement", help="Only this agreement's.")
@click.option("--order", help="Only this order's.")
@click.option("--waiting", is_flag=True, help="Only those that wait for somebody to approve them.")
@as_of
@known_at
@as_file
@as_json
def listed(
    agreement: str | None,
    order: str | None,
    waiting: bool,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """Invoices and credits, by id, as they are or as they were."""
    from ledger.application.answers.drawdowns import Drawdown, drawdown_answer
    from ledger.numbers import order_number
    from ledger.projections import drawdowns
    from ledger.projections.then import Then

    opened = ledger()
    agreement = narrowed_to(opened, agreement)
    order = order and order_number(opened, order)
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        items = [
            drawdown_answer(row.state)
            for row in every(
                lambda after, limit: drawdowns.listed(
                    connection,
                    agreement=agreement,
                    order=order,
                    status="recorded" if waiting else None,
                    then=Then(as_of=as_of, known_at=known_at),
                    after=after,
                    limit=limit,
                ),
                lambda row: row.state.id,
            )
        ]
    if to_file is not None:
        write_file(opened, to_file, Drawdown, items, as_of, known_at)
        return
    if as_json:
        say_json(items)
        return
    table(
        ("Drawdown", "Status", "Amount", "Flags"),
        [
            (
                item.id,
                status_words(item.status),
                ore(item.amount),
                flag_words(item.flags, item.currency, language()),
            )
            for item in items
        ],
    )


@drawdown.command()
@click.argument("id")
@as_of
@known_at
@as_json
def show(id: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """One invoice or credit, and what it draws, as it is or as it was."""
    from ledger.application.answers.drawdowns import drawdown_answer
    from ledger.application.documents import file_called
    from ledger.projections import drawdowns
    from ledger.projections.then import Then

    opened = ledger()
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        then = Then(as_of=as_of, known_at=known_at)
        found = drawdowns.listed(connection, id=id, then=then, limit=1)
    if not found:
        raise NotFound(what="drawdown", name=id)
    state = found[0].state
    resource = drawdown_answer(state, file_called(opened.registry, state))
    if as_json:
        say_json(resource)
        return
    people = (resource.recorded_by, resource.decided_by, resource.deputy_for)
    named = opened.registry.names({id for id in people if id})
    recorded_by, decided_by, deputy_for = (named.get(id or "", id or "") for id in people)
    source = resource.source
    members(
        {
            "Drawdown": resource.id,
            "Agreement": resource.agreement,
            "Invoice": resource.invoice,
            "Type": resource.type,
            "Issued": resource.issued_on,
            "Due": resource.due_on or "",
            "Supplier": resource.supplier,
            "Status": status_words(resource.status),
            "Flags": flag_words(resource.flags, resource.currency, language()),
            "Credit of": resource.credits or "",
            "Anew of": resource.anew_of or "",
            "Anew": ", ".join(resource.anew),
            "Room to": term(resource.room) if resource.room else "",
            "Recorded by": recorded_by,
            "Decided by": decided_by,
            "Decided": resource.decided_on or "",
            "Right": str(resource.right or ""),
            "Deputy for": deputy_for,
            "Reason": resource.reason,
            "File": f"{source.name} {source.sha256}".strip() if source else "",
            "Matched by": _matched(resource),
            "Deducts": ", ".join(one.drawdown for one in resource.deducts),
            "Currency": resource.currency,
            "Amount": ore(resource.amount),
            "VAT": ore(resource.vat),
            "Credited": ore(resource.credited),
        }
    )
    _parts(resource)


def _matched(resource: Drawdown) -> str:
    """What it was matched by, and what is written there or was said by a person."""
    match = resource.match
    return "" if match is None else f"{term(match.by.replace('-', ' '))}: {match.value}"


def _parts(resource: Drawdown) -> None:
    """What it draws of each order's line, who carries it, and what funding covers of it."""
    say("")
    coded = any(line.code_string for line in resource.lines)
    table(
        ("Order", "Line", "Amount", *("Codes",) * coded),
        [
            (
                line.order,
                str(line.line),
                ore(line.amount),
                *(line.code_string,) * coded,
            )
            for line in resource.lines
        ],
    )
    if resource.deducts:
        say("")
        table(
            ("Order", "Line", "Less advances"),
            [(one.order, str(one.line), ore(one.amount)) for one in resource.draws],
        )
    shares = [
        (line.order, str(line.line), share.organisation, ore(share.amount))
        for line in resource.lines
        for share in line.shares
    ]
    if shares:
        say("")
        table(("Order", "Line", "Carried by", "Amount"), shares)
    judged = _judged(resource)
    if judged:
        say("")
        table(("Order", "Line", "Funding", "Amount", "Eligible"), judged)


def _judged(resource: Drawdown) -> list[tuple[Cell, ...]]:
    """What funding covers of each part, and why it does not cover the rest."""
    from ledger.application.answers.funding import because

    found: list[tuple[Cell, ...]] = []
    for line in resource.lines:
        place = line.order, str(line.line)
        for one in line.funding:
            source = one.source or ""
            if ore(one.eligible):
                found.append((*place, source, ore(one.eligible), term("yes")))
            found += [
                (
                    *place,
                    source,
                    ore(part.amount),
                    said(words("no, {because}", because=because(part.reason, language()))),
                )
                for part in one.not_eligible
            ]
    return found


METAVARS = {"record": "ORDER", "record-over-orders": "AGREEMENT"}

for act in acts.drawdowns.ACTS:
    if act.words:
        drawdown.add_command(verb(act, Look(metavar=METAVARS.get(act.name, "ID"))))
