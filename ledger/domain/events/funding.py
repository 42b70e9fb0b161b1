"""What is recorded of an agreement's funding sources."""

from datetime import date
from typing import ClassVar

from ledger.domain.amounts import AmountFrom
from ledger.domain.events.parts import Event
from ledger.domain.funding import FundingSource
from ledger.domain.limits import Limit


class FundingDecided(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A funder decided to pay; `limits` holds the limit that the source thereby is."""

    stored: ClassVar[str] = "funding-decided"
    source: FundingSource
    decision: str
    decided_on: date
    limits: tuple[Limit, ...]


class FundingChanged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The source as it reads from here on, whole. What was judged before stays as it was.

    `known_on` is the day on which it was recorded, of one that is decided ahead of its day.
    """

    stored: ClassVar[str] = "funding-changed"
    source: FundingSource
    decision: str
    decided_on: date
    limit_changes: tuple[tuple[str, AmountFrom], ...]
    known_on: date | None = None


class FundingWithdrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The source pays for nothing more; what it has covered stays covered."""

    stored: ClassVar[str] = "funding-withdrawn"
    source: str
    decision: str
    decided_on: date
    limit_changes: tuple[tuple[str, AmountFrom], ...]
    reason: str = ""


class FundingUsed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """How much eligible cost and support an invoice took of a source, or gave back (negative)."""

    stored: ClassVar[str] = "funding-used"
    source: str
    drawdown: str
    eligible: int
    support: int


class FundingMeasured(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What a source covers in all was measured anew on the days on which the funder has decided
    otherwise than what the invoice was judged by: the invoice took more or less of it than it does
    by that decision."""

    stored: ClassVar[str] = "funding-measured"
    source: str
    drawdown: str
    limit_changes: tuple[tuple[str, AmountFrom], ...]


class FundingClaimed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """So much support was claimed from the funder, in öre; negative: a claim was taken back."""

    stored: ClassVar[str] = "funding-claimed"
    source: str
    amount: int
    reference: str
    flags: tuple[str, ...] = ()


class FundingPaid(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The funder paid so much, in öre; negative: it was paid back."""

    stored: ClassVar[str] = "funding-paid"
    source: str
    amount: int
    reference: str
    flags: tuple[str, ...] = ()


FundingEvent = (
    FundingDecided
    | FundingChanged
    | FundingWithdrawn
    | FundingUsed
    | FundingMeasured
    | FundingClaimed
    | FundingPaid
)
