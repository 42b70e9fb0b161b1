"""What is recorded of an organisation: who may attest what, and how its costs are coded."""

from datetime import date
from typing import ClassVar, Literal

from ledger.domain.codes import CodePart
from ledger.domain.events.parts import Event

OwnCost = Literal["ordered", "named", "coded"]
"""What makes a cost somebody's own: they ordered it, its line names them, they re-coded it."""


class AttestRightGranted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person (an opaque id) may attest costs of these responsibility codes.

    "4100" is that code, "41*" all that begin so, "*" any and also none. `limit` is öre a
    drawdown, None without one; `ends_on` the last day, None until it is ended.
    """

    stored: ClassVar[str] = "attest-right-granted"
    organisation: str
    number: int
    person: str
    responsibilities: tuple[str, ...]
    starts_on: date
    decision: str
    limit: int | None = None
    ends_on: date | None = None


class AttestRightEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A right ends with a day, its last."""

    stored: ClassVar[str] = "attest-right-ended"
    organisation: str
    number: int
    ends_on: date
    decision: str


class DeputyNamed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A deputy attests under every right of a person for a time, both days included."""

    stored: ClassVar[str] = "deputy-named"
    organisation: str
    number: int
    person: str
    deputy: str
    starts_on: date
    decision: str
    ends_on: date | None = None


class DeputyEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A deputy's time ends with a day, its last."""

    stored: ClassVar[str] = "deputy-ended"
    organisation: str
    number: int
    ends_on: date
    decision: str


class OwnCostSet(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What counts as somebody's own cost, which they do not attest, from a day on."""

    stored: ClassVar[str] = "own-cost-set"
    organisation: str
    own_cost: tuple[OwnCost, ...]
    starts_on: date
    decision: str


class CodeMapSet(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Which parts a code string has, in order, for orders dated from a day on."""

    stored: ClassVar[str] = "code-map-set"
    organisation: str
    parts: tuple[CodePart, ...]
    starts_on: date
    decision: str
    separator: str = "-"


class AddressOfRecordSet(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The address of e-mail that the organisation's orders go to was said, or (no digest) taken
    away. `address_digest` is SHA-256, in hexadecimal, of a salt and the address, which are kept
    beside the log."""

    stored: ClassVar[str] = "address-of-record-set"
    organisation: str
    address_digest: str = ""


OrganisationEvent = (
    AttestRightGranted
    | AttestRightEnded
    | DeputyNamed
    | DeputyEnded
    | OwnCostSet
    | CodeMapSet
    | AddressOfRecordSet
)
