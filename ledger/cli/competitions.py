"""Renewed competitions: open, answer, award, cancel, list, show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.acts import perform
from ledger.cli.history import find
from ledger.cli.opening import ledger, read_body, who_acts
from ledger.cli.output import Cell, members, ore, say, say_json, table, term, wrongly
from ledger.cli.parameters import DAY, as_json, as_of, known_at
from ledger.cli.verbs import Noun
from ledger.domain.refusals import NotFound
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.application.answers.competitions import Competition as CompetitionAnswer
    from ledger.application.answers.competitions import CompetitionAnswer as OneAnswer
    from ledger.domain.agreement import Competition
    from ledger.opening import Ledger


@click.group(cls=Noun)
def competition() -> None:
    """Renewed competitions between the suppliers of an agreement."""


@competition.command("open")
@click.argument("agreement")
@click.argument("file")
@who_acts
@as_json
def opened(agreement: str, file: str, person: str, organisation: str | None, as_json: bool) -> None:
    """Ask suppliers for an offer, as FILE says: the JSON body that the API takes; - for stdin."""
    _do("open", agreement, None, read_body(file), person, organisation, as_json)


@competition.command()
@click.argument("agreement")
@click.argument("number", type=int)
@click.option("--amount", help='The offer, as "80000.00".')
@click.option("--declines", is_flag=True, help="It makes no offer.")
@click.option("--note", default="", help="What goes with it.")
@click.option("--on", type=DAY, help="When it came in; by default today.")
@who_acts
@as_json
def answer(
    agreement: str,
    number: int,
    amount: str | None,
    declines: bool,
    note: str,
    on: date | None,
    person: str,
    organisation: str | None,
    as_json: bool,
) -> None:
    """Record what a supplier, --organisation, answered: an amount or none."""
    if (amount is None) != declines:
        raise wrongly(words("Give --amount, or --declines."))
    body = _dated({"amount": amount, "note": note}, on)
    _do("answer", agreement, number, body, person, organisation, as_json)


@competition.command("open-offers")
@click.argument("agreement")
@click.argument("number", type=int)
@click.option("--on", type=DAY, help="Its date; by default today.")
@who_acts
@as_json
def open_offers(
    agreement: str,
    number: int,
    on: date | None,
    person: str,
    organisation: str | None,
    as_json: bool,
) -> None:
    """Open what was offered under seal, from the day after the last day to answer."""
    _do("open-offers", agreement, number, _dated({}, on), person, organisation, as_json)


@competition.command()
@click.argument("agreement")
@click.argument("number", type=int)
@click.option("--supplier", required=True, help="Who won.")
@click.option("--reason", required=True, help="Why.")
@click.option("--points", multiple=True, metavar="SUPPLIER=POINTS", help="What an offer got.")
@click.option("--on", type=DAY, help="Its date; by default today.")
@who_acts
@as_json
def award(
    agreement: str,
    number: int,
    supplier: str,
    reason: str,
    points: Sequence[str],
    on: date | None,
    person: str,
    organisation: str | None,
    as_json: bool,
) -> None:
    """Say who won, and why."""
    given = []
    for part in points:
        of, _, count = part.partition("=")
        given.append({"supplier": of, "points": int(count) if count.isdecimal() else None})
    body = _dated({"supplier": supplier, "reason": reason, "points": given}, on)
    _do("award", agreement, number, body, person, organisation, as_json)


@competition.command()
@click.argument("agreement")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why.")
@click.option("--on", type=DAY, help="Its date; by default today.")
@who_acts
@as_json
def cancel(
    agreement: str,
    number: int,
    reason: str,
    on: date | None,
    person: str,
    organisation: str | None,
    as_json: bool,
) -> None:
    """End it without an order."""
    body = _dated({"reason": reason}, on)
    _do("cancel", agreement, number, body, person, organisation, as_json)


@competition.command("list")
@click.argument("agreement")
@as_of
@known_at
@as_json
def listed(agreement: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """All of an agreement's, also those that are over."""
    from ledger.application.answers.competitions import competition_answer

    found = _found(ledger(), agreement, as_of, known_at)
    items = [competition_answer(agreement, one) for one in found]
    if as_json:
        say_json(items)
        return
    table(
        ("Competition", "Status", "Answer by", "Asked", "Answers", "Winner", "Order"),
        [
            (
                one.name,
                term(one.status),
                one.answer_by,
                str(len(one.asked)),
                str(len(one.answers)),
                one.winner or "",
                one.order or "",
            )
            for one in items
        ],
    )


@competition.command()
@click.argument("agreement")
@click.argument("number", type=int)
@as_of
@known_at
@as_json
def show(
    agreement: str, number: int, as_of: date | None, known_at: datetime | None, as_json: bool
) -> None:
    """One competition: who was asked, who answered, who won and why."""
    opened = ledger()
    _show(opened, agreement, number, as_of, known_at, as_json)


def _show(
    opened: Ledger,
    agreement: str,
    number: int,
    as_of: date | None,
    known_at: datetime | None,
    as_json: bool,
) -> None:
    from ledger.application.answers.competitions import competition_answer
    from ledger.domain.agreement import competition_name

    found = [one for one in _found(opened, agreement, as_of, known_at) if one.number == number]
    if not found:
        raise NotFound(what="competition", name=competition_name(agreement, number))
    resource = competition_answer(agreement, found[0])
    if as_json:
        say_json(resource)
        return
    members(_members(resource))
    points = {part.supplier: str(part.points) for part in resource.points}
    rows: list[tuple[Cell, ...]] = [
        (
            one.supplier,
            one.answered_on,
            _offer(one),
            points.get(one.supplier, ""),
        )
        for one in resource.answers
    ]
    if rows:
        say("")
        table(("Answer", "Date", "Amount", "Points"), rows)


def _offer(one: OneAnswer) -> Cell:
    if one.sealed:
        return term("sealed")
    return term("no offer") if one.amount is None else ore(one.amount)


def _members(resource: CompetitionAnswer) -> dict[str, Cell]:
    return {
        "Competition": resource.name,
        "Asked for": resource.what,
        "Buyer": resource.buyer,
        "Status": term(resource.status),
        "Asked": ", ".join(resource.asked),
        "Left out": ", ".join(f"{one.supplier} ({one.reason})" for one in resource.left_out),
        "Opened": resource.opened_on,
        "Answer by": resource.answer_by,
        "Winner": resource.winner or "",
        "Reason": resource.reason,
        "Decided": resource.decided_on or "",
        "Order": resource.order or "",
    }


def _found(
    opened: Ledger, agreement: str, as_of: date | None, known_at: datetime | None
) -> list[Competition]:
    from ledger.projections.competitions import competitions, unopened
    from ledger.projections.then import Then

    agreement = find(opened, agreement).state.number
    with opened.views.database.reading() as connection:
        found = competitions(connection, agreement, Then(as_of=as_of, known_at=known_at))
    return [unopened(one, ()) for one in found]


def _dated(body: dict[str, Any], on: date | None) -> dict[str, Any]:
    return body if on is None else {**body, "on": on.isoformat()}


def _do(
    name: str,
    agreement: str,
    number: int | None,
    body: object,
    person: str,
    organisation: str | None,
    as_json: bool,
) -> None:
    from ledger.application.acts import act_of
    from ledger.domain.agreement import State

    name = name if name == "open-offers" else f"{name}-competition"
    act, opened = act_of("competitions", name), ledger()
    done, _ = perform(opened, act, agreement, number, body, person, organisation)
    state = done.outcome.state
    made = number or (state.competitions_opened if isinstance(state, State) else 0)
    _show(opened, agreement, made, None, None, as_json)
