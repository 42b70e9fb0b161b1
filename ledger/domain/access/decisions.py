"""Who may be appointed to read, how appointments end, and how much of what was tried is kept."""

from datetime import date

from ledger.bounds import ATTEMPT_PEOPLE, ATTEMPTS, MAX_AUDITED
from ledger.domain.access.commands import (
    AppointAuditor,
    EndAppointment,
    RecordAttempt,
    RecordBundleRead,
)
from ledger.domain.access.people import require_administrator
from ledger.domain.access.state import State, stream
from ledger.domain.events import (
    AttemptRefused,
    AttemptsOpened,
    AttemptsUncounted,
    AuditorAppointed,
    AuditorAppointmentEnded,
    BundleRead,
    New,
)
from ledger.domain.given import Given
from ledger.domain.refusals import (
    AppointmentAhead,
    AppointmentOver,
    Fault,
    Invalid,
    NotAppointed,
    NotCounted,
    NotFound,
    OwnAppointment,
    WrongStatus,
)


def appoint(command: AppointAuditor, state: State, given: Given) -> list[New]:
    """Whoever is appointed reads all of the organisations: each says it of itself. Raises Invalid,
    OwnAppointment, Forbidden, NotAParty."""
    if command.person in given.selves(given.by.person):
        raise OwnAppointment
    faults = []
    if not 0 < len(command.organisations) <= MAX_AUDITED:
        faults.append(
            Fault(
                pointer="/organisations",
                sentence="Name at least one organisation, and at most {most}.",
                figures={"most": str(MAX_AUDITED)},
            )
        )
    if command.ends_on < command.starts_on:
        faults.append(Fault(pointer="/ends_on", sentence="It ends before it begins."))
    if faults:
        raise Invalid(*faults)
    for one in command.organisations:
        require_administrator(one, given.by)
    event = AuditorAppointed(
        number=1 + len(state.appointments),
        person=command.person,
        organisations=tuple(dict.fromkeys(command.organisations)),
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        decision=command.decision,
    )
    return [New(stream(command.person), event, command.on)]


def end(command: EndAppointment, state: State, given: Given) -> list[New]:
    """Raises NotFound, OwnAppointment, Forbidden, NotAParty, WrongStatus where it has ended or is
    past."""
    name = f"{command.person}.{command.number}"
    found = [one for one in state.appointments if one.number == command.number]
    if not found:
        raise NotFound(what="appointment", name=name)
    if command.person in given.selves(given.by.person):
        raise OwnAppointment
    for one in found[0].organisations:
        require_administrator(one, given.by)
    if found[0].ended_on is not None or command.on > found[0].ends_on:
        status = "past" if found[0].ended_on is None else "ended"
        raise WrongStatus(name=name, status=status, action="end", needed="planned or current")
    event = AuditorAppointmentEnded(number=command.number, reason=command.reason)
    return [New(stream(command.person), event, command.on)]


def record_attempt(command: RecordAttempt, state: State, given: Given) -> list[New]:
    """One more of what a person tried, where the hour has room for it; else once that there is
    more. `state` is the person's; the hour is that of `counted_in` the command.

    Whoever tries for the first time in an hour takes one of its places: the bounds hold at the
    versions of both streams, whoever else tries at the same time. Raises NotCounted.
    """
    at = counted_in(command, state)
    of_hour = given.find(stream(at)) or State()
    today = given.today
    refused = AttemptRefused(
        kind=command.kind,
        action=command.action,
        hour=at,
        agreement=command.agreement,
        about=command.about,
        limits=command.limits,
        currency=command.currency,
        lost=command.lost,
    )
    mine = stream(command.person)
    if state.hour == at and state.counted < ATTEMPTS:
        return [New(mine, refused, today)]
    if state.hour != at and of_hour.counted < ATTEMPT_PEOPLE:
        opened = AttemptsOpened(hour=at, person=command.person)
        return [New(mine, refused, today), New(stream(at), opened, today)]
    full, place = (state, mine) if state.hour == at else (of_hour, stream(at))
    if full.uncounted:
        raise NotCounted(person=command.person, most=full.counted)
    return [New(place, AttemptsUncounted(hour=at), today)]


def counted_in(command: RecordAttempt, state: State) -> str:
    """The hour that an attempt counts in: never one before that of the person's last, so that
    clocks which differ between processes give nobody more attempts."""
    return max(command.hour, state.hour)


def record_read(command: RecordBundleRead, state: State, given: Given) -> list[New]:
    event = BundleRead(scope=command.scope, size=command.size, root=command.root)
    return [New(stream(command.person), event, given.today)]


def appointed_for(state: State | None, day: date) -> frozenset[str]:
    """The organisations that an auditor may read on a day.

    Raises AppointmentAhead, AppointmentOver with the date that is nearest, NotAppointed.
    """
    all_of_them = state.appointments if state else ()
    current = [one for one in all_of_them if one.status(day) == "current"]
    if current:
        return frozenset(name for one in current for name in one.organisations)
    ahead = [one.starts_on for one in all_of_them if one.status(day) == "planned"]
    if ahead:
        raise AppointmentAhead(starts_on=min(ahead))
    if all_of_them:
        ends = (min(one.ends_on, one.ended_on or one.ends_on) for one in all_of_them)
        raise AppointmentOver(ended_on=max(ends))
    raise NotAppointed
