"""Auditors' appointments, as any door makes and ends them."""

from __future__ import annotations

from typing import Any

from ledger import people
from ledger.application.answers.access import Auditor, auditor_answer
from ledger.application.asker import Asker
from ledger.domain import access
from ledger.domain.refusals import NotFound
from ledger.projections import access as rows
from ledger.projections.then import Then
from ledger.service import Outcome
from ledger.store import Request

Expected = tuple[int, ...] | None


def listed(asker: Asker, then: Then, **query: Any) -> list[rows.Auditor]:
    """Appointments in the order in which they were made; an auditor is told of their own."""
    if asker.audited is not None:
        query["person"] = asker.by.person
    views = asker.ledger.views
    views.catch_up()
    with views.database.reading() as connection:
        return rows.appointed(connection, then=then, **query)


def answers(asker: Asker, found: list[rows.Auditor], then: Then) -> list[Auditor]:
    """By name those who audit the asker's organisation, or are of it; others by their ids."""
    registry, own = asker.ledger.registry, asker.people_of
    named = {
        one.person
        for one in found
        if not own.isdisjoint(one.appointment.organisations)
        or registry.organisation_of(one.person) in own
    }
    names = registry.names(named)
    day = then.as_of or asker.today
    return [
        auditor_answer(one.person, names.get(one.person), one.appointment, day) for one in found
    ]


def appoint(
    asker: Asker, body: dict[str, Any], once: Request | None, expected: Expected
) -> tuple[Outcome, Auditor]:
    """Raises Invalid, SeveralOfThatName, NotFound, OwnAppointment, NotAParty, VersionDiffers."""
    given, ledger = dict(body), asker.ledger
    name, of = given.pop("name"), given.pop("acts_for", asker.by.organisation)
    person = people.auditor(ledger.service, ledger.registry, name, of, asker.by)
    if not _is_known(asker, person):
        raise NotFound(what="person", name=name)
    given["organisations"] = tuple(given["organisations"])
    return _done(asker, access.AppointAuditor(person=person, on=asker.today, **given), once,
                 expected)  # fmt: skip


def _is_known(asker: Asker, person: str) -> bool:
    """Whether somebody is of the asker's organisation, or an auditor of another: of others nobody
    learns by an appointment that they are there, and what they are called."""
    if asker.ledger.registry.organisation_of(person) in asker.people_of:
        return True
    return "auditor" in people.roles_of(asker.ledger.service, person, asker.today)


def end(
    asker: Asker, id: str, body: dict[str, Any], once: Request | None, expected: Expected
) -> tuple[Outcome, Auditor]:
    """Raises Invalid, NotFound, NotAParty, WrongStatus, VersionDiffers."""
    person, _, number = id.rpartition(".")
    on = body.get("ended_on") or body.get("on") or asker.today
    command = access.EndAppointment(person=person, number=int(number), reason=body["reason"], on=on)
    return _done(asker, command, once, expected)


def _done(
    asker: Asker,
    command: access.AppointAuditor | access.EndAppointment,
    once: Request | None,
    expected: Expected,
) -> tuple[Outcome, Auditor]:
    """The appointment that it is about, after the command: of an appointing the new one."""
    outcome = asker.ledger.service.execute(command, asker.by, once, expected=expected)
    state, person = outcome.state, command.person
    assert isinstance(state, access.State), "appointments are a person's"
    named = asker.ledger.registry.names({person}).get(person)
    at = command.number if isinstance(command, access.EndAppointment) else 0
    return outcome, auditor_answer(person, named, state.appointments[at - 1], asker.today)
