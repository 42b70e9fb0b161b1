"""What is known of a person's access: roles, tokens, appointments, what was refused in the hour."""

from datetime import date
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from ledger.domain.events import (
    AccessEvent,
    AttemptRefused,
    AttemptsOpened,
    AttemptsUncounted,
    AuditorAppointed,
    AuditorAppointmentEnded,
    BundleRead,
    By,
    PersonErased,
    PersonRecorded,
    RoleEnded,
    RoleGranted,
    TokenEnded,
    TokenMade,
)

Status = Literal["planned", "current", "past", "ended"]


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """An auditor's appointment. `ended_on` is the first day on which it was ended already."""

    number: int
    organisations: tuple[str, ...]
    starts_on: date
    ends_on: date
    decision: str
    appointed_on: date
    ended_on: date | None = None
    reason: str = ""

    def status(self, day: date) -> Status:
        """What it is on a day; `current` alone lets its auditor read."""
        return _status(self, day)


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may act in, from a day to a day, both included; `ends_on` None: until it is
    ended. `ended_on` is the first day on which it was ended already."""

    number: int
    role: str
    starts_on: date
    ends_on: date | None
    granted_by: str
    granted_on: date
    ended_on: date | None = None
    reason: str = ""

    def status(self, day: date) -> Status:
        """What it is on a day; a `current` one alone lets its person act."""
        return _status(self, day)


def _status(given: Appointment | Role, day: date) -> Status:
    if given.ended_on is not None and day >= given.ended_on:
        return "ended"
    if day < given.starts_on:
        return "planned"
    return "current" if given.ends_on is None or day <= given.ends_on else "past"


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A person's bearer token, by its id. `ended_on` is the day on which it was ended."""

    id: str
    roles: tuple[str, ...]
    made_by: str
    made_on: date
    ends_on: date | None
    ended_on: date | None = None
    reason: str = ""

    def works(self, day: date) -> bool:
        """Whether it stands for its person on a day."""
        return self.ended_on is None and (self.ends_on is None or day <= self.ends_on)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A person's access; of the stream of an hour, how many people tried something in it.

    `organisation` is None where it is not recorded whose the person is, as of people before roles
    were. `counted` are attempts (or people) in the newest hour, and `uncounted` says whether it has
    been recorded that there were more. `agreement` says that it is no agreement's.
    """

    organisation: str | None = None
    name_digest: str = ""
    erased_on: date | None = None
    roles: tuple[Role, ...] = ()
    tokens: tuple[Token, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    hour: str = ""
    counted: int = 0
    uncounted: bool = False
    reads: int = 0
    agreement: None = None


def stream(person: str) -> str:
    """The id of a person's stream; that of an hour, as 2026-11-23T15, is made the same way."""
    return f"access/{person}"


def evolve(state: State | None, event: AccessEvent, effective_on: date, by: By) -> State:
    state = state or State()
    match event:
        case AttemptRefused() | AttemptsOpened():
            counted = state.counted if state.hour == event.hour else 0
            return replace(state, hour=event.hour, counted=counted + 1, uncounted=False)
        case AttemptsUncounted():
            return replace(state, hour=event.hour, uncounted=True)
        case AuditorAppointed():
            new = Appointment(
                number=event.number,
                organisations=event.organisations,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                decision=event.decision,
                appointed_on=effective_on,
            )
            return replace(state, appointments=(*state.appointments, new))
        case AuditorAppointmentEnded():
            ended = (
                replace(one, ended_on=effective_on, reason=event.reason)
                if one.number == event.number
                else one
                for one in state.appointments
            )
            return replace(state, appointments=tuple(ended))
        case BundleRead():
            return replace(state, reads=state.reads + 1)
        case PersonRecorded():
            return replace(state, organisation=event.organisation, name_digest=event.name_digest)
        case PersonErased():
            return replace(state, erased_on=effective_on)
        case RoleGranted() | RoleEnded():
            return replace(state, roles=_roles(state.roles, event, effective_on, by))
        case TokenMade() | TokenEnded():
            return replace(state, tokens=_tokens(state.tokens, event, effective_on, by))
        case _:
            assert_never(event)


def _roles(
    roles: tuple[Role, ...], event: RoleGranted | RoleEnded, on: date, by: By
) -> tuple[Role, ...]:
    if isinstance(event, RoleGranted):
        new = Role(
            number=event.number,
            role=event.role,
            starts_on=event.starts_on,
            ends_on=event.ends_on,
            granted_by=by.person,
            granted_on=on,
        )
        return (*roles, new)
    return tuple(
        replace(one, ended_on=on, reason=event.reason) if one.number == event.number else one
        for one in roles
    )


def _tokens(
    tokens: tuple[Token, ...], event: TokenMade | TokenEnded, on: date, by: By
) -> tuple[Token, ...]:
    if isinstance(event, TokenMade):
        new = Token(
            id=event.token,
            roles=event.roles,
            made_by=by.person,
            made_on=on,
            ends_on=event.ends_on,
        )
        return (*tokens, new)
    return tuple(
        replace(one, ended_on=on, reason=event.reason) if one.id == event.token else one
        for one in tokens
    )
