"""Who may audit, what people tried and were refused, and who was given a bundle."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.opening import every, ledger, today
from ledger.cli.output import say_json, second, table, tell, term
from ledger.cli.parameters import DAY, ORGANISATION, as_json, known_at, recorded_as_of
from ledger.cli.verbs import Noun
from ledger.domain.refusals import NotFound
from ledger.wording import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.application.answers.access import Auditor, RecordedAttempt, RecordedRead
    from ledger.application.answers.passing import CameAfter
    from ledger.domain.events import By
    from ledger.opening import Ledger
    from ledger.projections.then import Then

appoints = click.option(
    "--person", default="Command line", show_default=True, help="Who decides; outside the log."
)


@click.group(cls=Noun)
def auditor() -> None:
    """Auditors' appointments: who may read what, from when to when."""


@auditor.command()
@click.argument("name")
@click.option(
    "--organisation",
    "organisations",
    type=ORGANISATION,
    multiple=True,
    required=True,
    help="What they may read everything of; may be given again.",
)
@click.option(
    "--acts-for",
    type=ORGANISATION,
    help="Whose person they are; left out, the first organisation's.",
)
@click.option("--from", "starts_on", type=DAY, required=True, help="The first day.")
@click.option("--to", "ends_on", type=DAY, required=True, help="The last day.")
@click.option("--decision", required=True, help="The decision that appoints them.")
@appoints
@as_json
def appoint(
    name: str,
    organisations: tuple[str, ...],
    acts_for: str | None,
    starts_on: date,
    ends_on: date,
    decision: str,
    person: str,
    as_json: bool,
) -> None:
    """Appoint NAME as auditor of organisations, from a date to a date."""
    from ledger import people

    opened = ledger()
    of = opened.registry.party(acts_for or organisations[0])
    auditor = people.auditor(opened.service, opened.registry, name, of)
    found = appointed(opened, auditor, organisations, starts_on, ends_on, decision, person)
    if as_json:
        say_json(found)
    else:
        told = {name: getattr(found, name) for name in ("id", "status", "starts_on", "ends_on")}
        tell(words("{id}: {status}, {starts_on} to {ends_on}", **told))


def appointed(
    opened: Ledger,
    person: str,
    organisations: tuple[str, ...],
    starts_on: date,
    ends_on: date,
    decision: str,
    by: str,
) -> Auditor:
    """Appoint somebody by id; the appointment as the API has it. Raises Invalid."""
    from ledger.application.answers.access import auditor_answer
    from ledger.domain import access

    command = access.AppointAuditor(
        person=person,
        organisations=organisations,
        starts_on=starts_on,
        ends_on=ends_on,
        decision=decision,
        on=today(),
    )
    state = opened.service.execute(command, _admin(opened, by)).state
    assert isinstance(state, access.State)
    named = opened.registry.names({person}).get(person)
    return auditor_answer(person, named, state.appointments[-1], today())


def _admin(opened: Ledger, name: str) -> By:
    from ledger import people

    return people.ledgers_own(opened.service, opened.registry, name)


@auditor.command()
@click.argument("id")
@click.option("--reason", required=True, help="Why.")
@click.option("--on", type=DAY, help="The first day on which they no longer may; by default today.")
@appoints
@as_json
def end(id: str, reason: str, on: date | None, person: str, as_json: bool) -> None:
    """End an appointment, ID as `avrop auditor list` names it, before its last day."""
    from ledger.application.answers.access import auditor_answer
    from ledger.domain import access

    opened = ledger()
    auditor, _, number = id.rpartition(".")
    if not auditor or not number.isdecimal():
        raise NotFound(what="appointment", name=id)
    command = access.EndAppointment(
        person=auditor, number=int(number), reason=reason, on=on or today()
    )
    state = opened.service.execute(command, _admin(opened, person)).state
    assert isinstance(state, access.State)
    name = opened.registry.names({auditor}).get(auditor)
    found = auditor_answer(auditor, name, state.appointments[int(number) - 1], today())
    if as_json:
        say_json(found)
    else:
        tell(words("{id}: ended, from {ended_on}", id=found.id, ended_on=found.ended_on))


@auditor.command("list")
@recorded_as_of
@known_at
@as_json
def listed(as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """Appointments in the order in which they were made."""
    from ledger.application.answers.access import auditor_answer
    from ledger.projections import access

    opened = ledger()
    then = then_of(as_of, known_at)
    found = every_of(opened, access.appointed, lambda one: one.position, then=then)
    names = opened.registry.names({one.person for one in found})
    items = [
        auditor_answer(one.person, names.get(one.person), one.appointment, as_of or today())
        for one in found
    ]
    if as_json:
        say_json(items)
        return
    table(
        ("Appointment", "Auditor", "Organisations", "From", "To", "Status", "Decision"),
        [
            (
                item.id,
                item.name or item.person,
                ", ".join(item.organisations),
                item.starts_on,
                item.ends_on,
                term(item.status),
                item.decision,
            )
            for item in items
        ],
    )


@auditor.command()
@click.option("--agreement", help="Of bundles of this agreement.")
@recorded_as_of
@known_at
@as_json
def reads(
    agreement: str | None, as_of: date | None, known_at: datetime | None, as_json: bool
) -> None:
    """Who was given a bundle, of what and when."""
    from ledger.application.answers.access import RecordedRead
    from ledger.application.answers.making import made
    from ledger.numbers import agreement_number
    from ledger.projections import access

    opened = ledger()
    then = then_of(as_of, known_at)
    scope = agreement and agreement_number(opened, agreement)
    of_all: dict[str, Any] = {"scope": scope, "access_of": None}
    found = every_of(opened, access.read, lambda row: row["position"], then=then, **of_all)
    items = [made(RecordedRead, row) for row in found]
    if as_json:
        say_json(items)
        return
    names = names_of(opened, items)
    table(
        ("Recorded", "By", "Role", "Bundle of", "Size"),
        [
            (
                second(item.recorded_at),
                names[item.by.person],
                term(item.by.role),
                item.agreement or term("the whole log"),
                str(item.size),
            )
            for item in items
        ],
    )


def every_of(opened: Ledger, listed: Any, cursor: Any, **narrowed: Any) -> list[Any]:
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        return list(
            every(
                lambda after, limit: listed(connection, after=after, limit=limit, **narrowed),
                cursor,
                first=0,
            )
        )


def then_of(as_of: date | None, known_at: datetime | None) -> Then:
    from ledger.projections.then import Then

    return Then(as_of=as_of, known_at=known_at)


def names_of(
    opened: Ledger, items: Sequence[RecordedAttempt | RecordedRead | CameAfter]
) -> dict[str, str]:
    """People's names by id; where a name was erased, the id itself."""
    ids = {item.by.person for item in items}
    return {id: id for id in ids} | opened.registry.names(ids)
