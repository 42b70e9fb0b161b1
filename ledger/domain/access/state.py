"""What is known of a person's access: their appointments, and what was refused in the hour."""

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
        if self.ended_on is not None and day >= self.ended_on:
            return "ended"
        if day < self.starts_on:
            return "planned"
        return "current" if day <= self.ends_on else "past"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A person's access; of the stream of an hour, how many people tried something in it.

    `counted` are attempts (or people) in the newest hour, and `uncounted` says whether it has been
    recorded that there were more. `agreement` says that it is no agreement's.
    """

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
        case _:
            assert_never(event)
