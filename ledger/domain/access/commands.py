"""What is asked about a person's access, and what the ledger itself asks to be remembered."""

from datetime import date

import msgspec

from ledger.domain.events import PassedLimit


class AppointAuditor(msgspec.Struct, frozen=True, kw_only=True):
    """Let a person read everything of organisations, from a date to a date, both included."""

    person: str
    organisations: tuple[str, ...]
    starts_on: date
    ends_on: date
    decision: str
    on: date


class EndAppointment(msgspec.Struct, frozen=True, kw_only=True):
    """End an appointment: from `on` it no longer holds."""

    person: str
    number: int
    reason: str
    on: date


class RecordPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Say whose person an id is; see `PersonRecorded` for the members."""

    person: str
    organisation: str
    name_digest: str


class ErasePerson(msgspec.Struct, frozen=True, kw_only=True):
    """Let nobody act as a person any more: their tokens and roles end."""

    person: str


class GrantRole(msgspec.Struct, frozen=True, kw_only=True):
    """Let a person act in a role for their organisation, from a day to a day, both included."""

    person: str
    role: str
    starts_on: date
    ends_on: date | None = None


class EndRole(msgspec.Struct, frozen=True, kw_only=True):
    """End a role: from `on` it no longer holds."""

    person: str
    number: int
    reason: str
    on: date


class MakeToken(msgspec.Struct, frozen=True, kw_only=True):
    """Remember a token that is made for a person; see `TokenMade` for the members."""

    person: str
    token: str
    roles: tuple[str, ...]
    ends_on: date | None = None


class EndToken(msgspec.Struct, frozen=True, kw_only=True):
    """Let a token stand for nobody any more."""

    person: str
    token: str
    reason: str = ""


class RecordAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """Remember that a person's command was refused; see `AttemptRefused` for the members."""

    person: str
    kind: str
    action: str
    hour: str
    agreement: str = ""
    about: str = ""
    limits: tuple[PassedLimit, ...] = ()
    currency: str = ""
    lost: int = 0


class RecordBundleRead(msgspec.Struct, frozen=True, kw_only=True):
    """Remember that a person is given a bundle; see `BundleRead` for the members."""

    person: str
    size: int
    root: str
    scope: str = ""
