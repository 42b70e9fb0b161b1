"""What is recorded of a person's access: what they were given, what they tried, what they read."""

from datetime import date
from typing import ClassVar

import msgspec

from ledger.domain.events.parts import Event
from ledger.domain.limits import Unit


class PassedLimit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A limit that a refused command would have passed: in öre excluding VAT, or in seats."""

    limit: str
    cap: int
    used: int
    asked: int
    over: int
    fits: int
    unit: Unit = "money"


class AttemptRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody's command was refused for a limit's sake, or for want of a right.

    `kind` is the refusal's stable type; `action` the command's name, or the operation's where it
    was refused before there was a command. `about` is the stream that it was about, `limits` those
    that it would have passed. `hour` (UTC, as 2026-11-23T15) is the one that it is counted in;
    `lost` are attempts before it that could not be recorded.
    """

    stored: ClassVar[str] = "attempt-refused"
    kind: str
    action: str
    hour: str
    agreement: str = ""
    about: str = ""
    limits: tuple[PassedLimit, ...] = ()
    currency: str = ""
    lost: int = 0


class AttemptsOpened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """In the stream of an hour: a person's refused attempts are recorded within it."""

    stored: ClassVar[str] = "attempts-opened"
    hour: str
    person: str


class AttemptsUncounted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """More was refused in the hour than is recorded: of this person, or of further people."""

    stored: ClassVar[str] = "attempts-uncounted"
    hour: str


class AuditorAppointed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person may read everything of organisations from a date to a date, both included.

    `number` is the appointment's place among the person's.
    """

    stored: ClassVar[str] = "auditor-appointed"
    number: int
    person: str
    organisations: tuple[str, ...]
    starts_on: date
    ends_on: date
    decision: str


class AuditorAppointmentEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An appointment no longer holds, from this fact's date on."""

    stored: ClassVar[str] = "auditor-appointment-ended"
    number: int
    reason: str


class BundleRead(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody was given a bundle of the proof: of an agreement, or (no scope) of the whole log.

    `size` and `root` (hexadecimal) are those of the checkpoint that it was made for.
    """

    stored: ClassVar[str] = "bundle-read"
    size: int
    root: str
    scope: str = ""


class PersonRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An opaque id is a person's within an organisation ("" of the ledger's own).

    `name_digest` is SHA-256, in hexadecimal, of a salt and the name (NFC) behind it: the salt is
    kept beside the log with the name, and goes with it.
    """

    stored: ClassVar[str] = "person-recorded"
    organisation: str
    name_digest: str


class PersonErased(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Who an id is has been forgotten: nobody acts as them any more."""

    stored: ClassVar[str] = "person-erased"


class RoleGranted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person may act in a role for their organisation from a day on; `ends_on` is the last day,
    None until it is ended. `number` is its place among what the person was given."""

    stored: ClassVar[str] = "role-granted"
    number: int
    role: str
    starts_on: date
    ends_on: date | None = None


class RoleEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A role no longer holds, from this fact's date on."""

    stored: ClassVar[str] = "role-ended"
    number: int
    reason: str


class TokenMade(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A bearer token was made for a person: by its id, the first digits of its digest, never its
    secret. It acts in those of `roles` that the person has; `ends_on` is its last day."""

    stored: ClassVar[str] = "token-made"
    token: str
    roles: tuple[str, ...]
    ends_on: date | None = None


class TokenEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A token stands for nobody any more, from its very recording on."""

    stored: ClassVar[str] = "token-ended"
    token: str
    reason: str = ""


AccessEvent = (
    AttemptRefused
    | AttemptsOpened
    | AttemptsUncounted
    | AuditorAppointed
    | AuditorAppointmentEnded
    | BundleRead
    | PersonRecorded
    | PersonErased
    | RoleGranted
    | RoleEnded
    | TokenMade
    | TokenEnded
)
