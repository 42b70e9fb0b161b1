"""Renewed competitions: open, answer, award, cancel, list, show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from ledger.cli.history import find
from ledger.cli.opening import acting, ledger, read_body, today, who_acts
from ledger.cli.output import Cell, members, ore, say, say_json, table, term, wrongly
from ledger.cli.parameters import DAY, as_json, as_of, known_at
from ledger.domain.refusals import NotFound
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.domain import agreement
    from ledger.domain.agreement import Competition
    from ledger.opening import Ledger


@click.group()
def competition() -> None:
    """Renewed competitions between the suppliers of an agreement."""


@competition.command("open")
@click.argument("agreement")
@click.argument("file")
@who_acts
@as_json
def opened(agreement: str, file: str, person: str, organisation: str | None, as_json: bool) -> None:
    """Ask suppliers for an offer, as FILE says: the JSON body that the API takes; - for stdin."""
    from ledger.application import bodies, competing
    from ledger.application.bodies.parsing import load

    command = competing.opened(agreement, load(bodies.OpenCompetition, read_body(file)), today())
    _carry_out(command, "orderer", person, organisation, as_json)


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
    from ledger.application import bodies, competing
    from ledger.application.bodies.parsing import load

    if (amount is None) != declines:
        raise wrongly(words("Give --amount, or --declines."))
    body = load(bodies.AnswerCompetition, {"amount": amount, "note": note})
    body["answered_on"] = on
    command = competing.answered(agreement, number, body, "", today())
    _carry_out(command, "admin", person, organisation, as_json)


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
    from ledger.application import bodies, competing
    from ledger.application.bodies.parsing import load

    given = []
    for part in points:
        of, _, count = part.partition("=")
        given.append({"supplier": of, "points": int(count) if count.isdecimal() else None})
    asked = {"supplier": supplier, "reason": reason, "points": given}
    body = load(bodies.AwardCompetition, asked)
    body["awarded_on"] = on
    command = competing.awarded(agreement, number, body, today())
    _carry_out(command, "orderer", person, organisation, as_json)


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
    from ledger.application import bodies, competing
    from ledger.application.bodies.parsing import load

    body = load(bodies.CancelCompetition, {"reason": reason})
    body["cancelled_on"] = on
    command = competing.cancelled(agreement, number, body, today())
    _carry_out(command, "orderer", person, organisation, as_json)


@competition.command("list")
@click.argument("agreement")
@as_of
@known_at
@as_json
def listed(agreement: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """All of an agreement's, also those that are over."""
    from ledger.application.competing import competition_resource

    found = _found(ledger(), agreement, as_of, known_at)
    items = [competition_resource(agreement, one) for one in found]
    if as_json:
        say_json(items)
        return
    table(
        ("Competition", "Status", "Answer by", "Asked", "Answers", "Winner", "Order"),
        [
            (
                one["name"],
                term(one["status"]),
                one["answer_by"],
                str(len(one["asked"])),
                str(len(one["answers"])),
                one["winner"] or "",
                one["order"] or "",
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
    from ledger.application.competing import competition_resource
    from ledger.domain.agreement import competition_name

    found = [one for one in _found(opened, agreement, as_of, known_at) if one.number == number]
    if not found:
        raise NotFound(what="competition", name=competition_name(agreement, number))
    resource = competition_resource(agreement, found[0])
    if as_json:
        say_json(resource)
        return
    members(_members(resource))
    points = {part["supplier"]: str(part["points"]) for part in resource["points"]}
    rows: list[tuple[Cell, ...]] = [
        (
            one["supplier"],
            one["answered_on"],
            term("no offer") if one["amount"] is None else ore(one["amount"]),
            points.get(one["supplier"], ""),
        )
        for one in resource["answers"]
    ]
    if rows:
        say("")
        table(("Answer", "Date", "Amount", "Points"), rows)


def _members(resource: dict[str, Any]) -> dict[str, Cell]:
    return {
        "Competition": resource["name"],
        "Asked for": resource["what"],
        "Status": term(resource["status"]),
        "Asked": ", ".join(resource["asked"]),
        "Left out": ", ".join(
            f"{one['supplier']} ({one['reason']})" for one in resource["left_out"]
        ),
        "Opened": resource["opened_on"],
        "Answer by": resource["answer_by"],
        "Winner": resource["winner"] or "",
        "Reason": resource["reason"],
        "Decided": resource["decided_on"] or "",
        "Order": resource["order"] or "",
    }


def _found(
    opened: Ledger, agreement: str, as_of: date | None, known_at: datetime | None
) -> list[Competition]:
    from ledger.projections.competitions import competitions
    from ledger.projections.then import Then

    find(opened, agreement)
    with opened.views.database.reading() as connection:
        return competitions(connection, agreement, Then(as_of=as_of, known_at=known_at))


def _carry_out(
    command: agreement.OpenCompetition
    | agreement.AnswerCompetition
    | agreement.AwardCompetition
    | agreement.CancelCompetition,
    role: str,
    person: str,
    organisation: str | None,
    as_json: bool,
) -> None:
    from ledger.domain import agreement as domain

    opened = ledger()
    state: domain.State | None = opened.service.load(domain.stream(command.agreement))[1]
    if state is None:
        raise NotFound(what="agreement", name=command.agreement)
    answers = isinstance(command, domain.AnswerCompetition)
    parties = state.suppliers if answers else state.buyers
    names = [party.organisation for party in parties]
    by = acting(opened, role, person, organisation, names, command.agreement)
    if isinstance(command, domain.AnswerCompetition):
        command = replace(command, supplier=by.organisation)
    outcome = opened.service.execute(command, by)
    after = outcome.state
    assert isinstance(after, domain.State), "competitions are the agreement's"
    number = after.competitions_opened
    if not isinstance(command, domain.OpenCompetition):
        number = command.number
    _show(opened, command.agreement, number, None, None, as_json)
