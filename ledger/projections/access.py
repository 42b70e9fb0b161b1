"""Whose people are, what they tried and were refused, who audits whom, who was given a bundle."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Column, ColumnElement, Connection, or_, select, update

from ledger.bounds import PAGE
from ledger.domain.access import Appointment
from ledger.domain.events import (
    AttemptRefused,
    AttemptsUncounted,
    AuditorAppointed,
    AuditorAppointmentEnded,
    BundleRead,
    Fact,
    PersonRecorded,
)
from ledger.projections.database import appointments, attempts, bundle_reads, insert_rows, people
from ledger.projections.seeing import Visible, in_part, is_seen_whole
from ledger.projections.then import NOW, Then, micros

_ENCODER = msgspec.json.Encoder(order="sorted")


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    tried = [
        {
            **_who(fact),
            "kind": fact.event.kind if isinstance(fact.event, AttemptRefused) else None,
            "agreement": (isinstance(fact.event, AttemptRefused) and fact.event.agreement) or None,
            "stream": fact.stream,
            "data": _ENCODER.encode(fact.event).decode(),
        }
        for fact in facts
        if isinstance(fact.event, AttemptRefused | AttemptsUncounted)
    ]
    insert_rows(connection, attempts, tried)
    read = [
        {
            **_who(fact),
            "scope": fact.event.scope or None,
            "size": fact.event.size,
            "root": fact.event.root,
        }
        for fact in facts
        if isinstance(fact.event, BundleRead)
    ]
    insert_rows(connection, bundle_reads, read)
    recorded = [
        {"person": fact.stream.partition("/")[2], "organisation": fact.event.organisation}
        for fact in facts
        if isinstance(fact.event, PersonRecorded)
    ]
    insert_rows(connection, people, recorded)
    for fact in facts:
        if isinstance(fact.event, AuditorAppointed):
            insert_rows(connection, appointments, [_appointed(fact, fact.event)])
        elif isinstance(fact.event, AuditorAppointmentEnded):
            name = appointment_id(fact.stream.partition("/")[2], fact.event.number)
            ended = {
                "ended_on": fact.effective_on,
                "ended_recorded_at": micros(fact.recorded_at),
                "reason": fact.event.reason,
            }
            table = appointments
            connection.execute(update(table).where(table.c.id == name).values(**ended))


def appointment_id(person: str, number: int) -> str:
    """What names an appointment in addresses: the person, and its place among theirs."""
    return f"{person}.{number}"


def _who(fact: Fact) -> dict[str, Any]:
    return {
        "position": fact.position,
        "person": fact.by.person,
        "organisation": fact.by.organisation,
        "role": fact.by.role,
        "effective_on": fact.effective_on,
        "recorded_at": micros(fact.recorded_at),
    }


def _appointed(fact: Fact, event: AuditorAppointed) -> dict[str, Any]:
    return {
        "id": appointment_id(event.person, event.number),
        "position": fact.position,
        "person": event.person,
        "number": event.number,
        "organisations": " ".join(event.organisations),
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "decision": event.decision,
        "effective_on": fact.effective_on,
        "recorded_at": micros(fact.recorded_at),
        "ended_on": None,
        "ended_recorded_at": None,
        "reason": "",
    }


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A refused attempt as it was recorded; that there were more than is recorded is one too."""

    row: dict[str, Any]
    event: AttemptRefused | AttemptsUncounted


def tried(
    connection: Connection,
    *,
    visible_to: Visible = None,
    access_of: frozenset[str] | None,
    person: str | None = None,
    organisation: str | None = None,
    agreement: str | None = None,
    kind: str | None = None,
    since: date | None = None,
    until: date | None = None,
    then: Then = NOW,
    after: int = 0,
    limit: int = PAGE,
) -> list[Attempt]:
    """Attempts after a position, in order, narrowed by what is given.

    Shown are those of people of the organisations `access_of` (None: of all), and those about
    agreements that these see whole; of one that `visible_to` sees a part of, the figures of its
    limits are left out.
    """
    a = attempts.c
    query = select(attempts).where(a.position > after, *then.of(attempts))
    if access_of is not None:
        query = query.where(_concerns(access_of, a.organisation, a.agreement))
    for column, value in (
        (a.person, person),
        (a.organisation, organisation),
        (a.agreement, agreement),
        (a.kind, kind),
    ):
        if value is not None:
            query = query.where(column == value)
    if since is not None:
        query = query.where(a.effective_on >= since)
    if until is not None:
        query = query.where(a.effective_on <= until)
    rows = connection.execute(query.order_by(a.position).limit(limit)).mappings().all()
    parts = in_part(connection, visible_to)
    return [Attempt(row=dict(row), event=_event(row, parts)) for row in rows]


def _concerns(
    organisations: frozenset[str], organisation: Column[str], agreement: Column[str]
) -> ColumnElement[bool]:
    """Whether it is of people of the organisations, or about an agreement that they see whole."""
    own = organisation.in_(sorted(organisations))
    return or_(own, is_seen_whole(agreement, organisations))


def _event(row: Any, parts: frozenset[str]) -> AttemptRefused | AttemptsUncounted:
    if row["kind"] is None:
        return msgspec.json.decode(row["data"], type=AttemptsUncounted)
    event = msgspec.json.decode(row["data"], type=AttemptRefused)
    return replace(event, limits=()) if row["agreement"] in parts else event


class Auditor(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment with whose it is."""

    id: str
    person: str
    position: int
    appointment: Appointment


def appointed(
    connection: Connection,
    *,
    id: str | None = None,
    person: str | None = None,
    then: Then = NOW,
    after: int = 0,
    limit: int = PAGE,
) -> list[Auditor]:
    """Appointments after a position, in the order in which they were made, as they were then."""
    c = appointments.c
    query = select(appointments).where(c.position > after, *then.of(appointments))
    for column, value in ((c.id, id), (c.person, person)):
        if value is not None:
            query = query.where(column == value)
    rows = connection.execute(query.order_by(c.position).limit(limit)).mappings()
    return [_auditor(dict(row), then) for row in rows]


def _auditor(row: dict[str, Any], then: Then) -> Auditor:
    known = row["ended_on"] is not None and not (
        (then.as_of is not None and row["ended_on"] > then.as_of)
        or (then.known_at is not None and row["ended_recorded_at"] > micros(then.known_at))
    )
    return Auditor(
        id=row["id"],
        person=row["person"],
        position=row["position"],
        appointment=Appointment(
            number=row["number"],
            organisations=tuple(row["organisations"].split()),
            starts_on=row["starts_on"],
            ends_on=row["ends_on"],
            decision=row["decision"],
            appointed_on=row["effective_on"],
            ended_on=row["ended_on"] if known else None,
            reason=row["reason"] if known else "",
        ),
    )


def read(
    connection: Connection,
    *,
    access_of: frozenset[str] | None,
    person: str | None = None,
    scope: str | None = None,
    then: Then = NOW,
    after: int = 0,
    limit: int = PAGE,
) -> list[dict[str, Any]]:
    """Reads of bundles after a position, in order, by people of the organisations `access_of`
    (None: of all) or of agreements that these see whole; `scope` is an agreement's number."""
    c = bundle_reads.c
    query = select(bundle_reads).where(c.position > after, *then.of(bundle_reads))
    if access_of is not None:
        query = query.where(_concerns(access_of, c.organisation, c.scope))
    for column, value in ((c.person, person), (c.scope, scope)):
        if value is not None:
            query = query.where(column == value)
    rows = connection.execute(query.order_by(c.position).limit(limit)).mappings()
    return [dict(row) for row in rows]
