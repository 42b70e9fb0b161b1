"""What people ask of an organisation."""

from datetime import date

import msgspec

from ledger.domain.codes import CodePart
from ledger.domain.events import OwnCost


class GrantAttestRight(msgspec.Struct, frozen=True, kw_only=True):
    """Let a person attest costs of some responsibility codes; `limit` in öre a drawdown."""

    organisation: str
    person: str
    responsibilities: tuple[str, ...]
    starts_on: date
    decision: str
    limit: int | None = None
    ends_on: date | None = None


class EndAttestRight(msgspec.Struct, frozen=True, kw_only=True):
    """End a right with a day, its last. `approvals` are drawdowns that may have been approved under
    it since: it does not end before them."""

    organisation: str
    number: int
    ends_on: date
    decision: str
    approvals: tuple[str, ...] = ()


class NameDeputy(msgspec.Struct, frozen=True, kw_only=True):
    """Let somebody attest under every right of a person."""

    organisation: str
    person: str
    deputy: str
    starts_on: date
    decision: str
    ends_on: date | None = None


class EndDeputy(msgspec.Struct, frozen=True, kw_only=True):
    """End a deputy's time with a day, its last. `approvals` are drawdowns that the deputy may have
    approved since: it does not end before them."""

    organisation: str
    number: int
    ends_on: date
    decision: str
    approvals: tuple[str, ...] = ()


class SetOwnCost(msgspec.Struct, frozen=True, kw_only=True):
    """Say what counts as somebody's own cost."""

    organisation: str
    own_cost: tuple[OwnCost, ...]
    starts_on: date
    decision: str


class SetAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Say where the organisation's orders go to; `address_digest` as it is recorded."""

    organisation: str
    address_digest: str


class SetCodeMap(msgspec.Struct, frozen=True, kw_only=True):
    """Say which parts a code string has."""

    organisation: str
    parts: tuple[CodePart, ...]
    starts_on: date
    decision: str
    separator: str = "-"
