"""What people ask of an agreement."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from ledger.domain.amounts import AmountFrom
from ledger.domain.binding import Effect
from ledger.domain.events import FurtherNumber, Notice, Party, Reasons, Replacement
from ledger.domain.limits import DIMENSIONS, Limit, LimitRule, Unit, dimensions_of
from ledger.domain.regime import Policy
from ledger.domain.selection import Selection


class LimitTerms(msgspec.Struct, frozen=True, kw_only=True):
    """A limit as somebody asks for it; `amount` in öre, or in seats where that is its `unit`, None
    where it is unknown.

    A new one is hard and without tolerance where nothing is said; one that is there stays as it is.
    """

    name: str
    amount: int | None
    effect: Effect | None = None
    tolerance: int | None = None
    year: int | None = None
    buyer: str | None = None
    supplier: str | None = None
    kind: str | None = None
    funding: str | None = None
    unit: Unit = "money"

    def from_day(self, day: date) -> Limit:
        """The limit with its amount in force from `day`."""
        return Limit(
            name=self.name,
            amounts=(AmountFrom(effective_on=day, amount=self.amount),),
            effect=self.effect or "hard",
            tolerance=self.tolerance or 0,
            unit=self.unit,
            **dict(zip(DIMENSIONS, dimensions_of(self), strict=True)),
        )


class SignAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Sign a framework agreement. `cap` in öre excluding VAT, None where it is unknown."""

    number: str
    title: str
    currency: str
    cap: int | None
    buyers: tuple[Party, ...]
    suppliers: tuple[Party, ...]
    signed_on: date
    starts_on: date
    ends_on: date
    regime: str = "unknown"
    policy: Policy = Policy()
    limits: tuple[LimitTerms, ...] = ()
    selection: Selection | None = None
    numbers: tuple[FurtherNumber, ...] = ()


class AmendAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Amend on a ground. What is UNSET or empty stays as it is; `cap` is the new cap in öre.

    `policy` holds the members of the policy that change, by their names, as `Policy` has them.
    """

    agreement: str
    ground: str
    decision: str
    decided_on: date
    effective_on: date
    clause: str = ""
    cap: int | msgspec.UnsetType | None = msgspec.UNSET
    limits: tuple[LimitTerms, ...] = ()
    buyers: tuple[Party, ...] = ()
    record_uncovered: bool = False
    policy: Mapping[str, Any] = {}
    limit_rules: tuple[LimitRule, ...] = ()
    selection: Selection | None = None
    suppliers: tuple[Replacement, ...] = ()
    reasons: Reasons | None = None
    notice: Notice | None = None


class ExtendAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Use the next extension option. Rule: LOU 7 kap. 2 §, and what the parties agreed."""

    agreement: str
    decision: str
    decided_on: date


class ProposeShareMove(msgspec.Struct, frozen=True, kw_only=True):
    """Propose that `amount` öre of room moves from one buyer's share to another's.

    It moves from `effective_on`, which may be ahead; without one, from when it is accepted.
    """

    agreement: str
    giver: str
    receiver: str
    amount: int
    on: date
    reason: str = ""
    effective_on: date | None = None


class AcceptShareMove(msgspec.Struct, frozen=True, kw_only=True):
    """Agree to a proposal, as the other of its two buyers."""

    agreement: str
    number: int
    on: date


class DeclineShareMove(msgspec.Struct, frozen=True, kw_only=True):
    """End a proposal, as either of its two buyers."""

    agreement: str
    number: int
    on: date
    reason: str = ""


class RecordInKind(msgspec.Struct, frozen=True, kw_only=True):
    """Record what a buyer gave in kind, and its worth in öre."""

    agreement: str
    organisation: str
    amount: int
    what: str
    on: date


class SuspendAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Take no orders until it is reopened; what is ordered lives on. `on` is the day it counts."""

    agreement: str
    reason: str
    on: date


class CloseAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Take no more orders. Open orders may still be delivered and invoiced."""

    agreement: str
    reason: str
    on: date


class WatchTerm(msgspec.Struct, frozen=True, kw_only=True):
    """Say what a day brings about: alerts of the use and of the end of the term, or that it is
    over."""

    agreement: str
    on: date


class ReopenAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Take orders again, after a suspension or a closing."""

    agreement: str
    reason: str
    on: date


class RemoveLimit(msgspec.Struct, frozen=True, kw_only=True):
    """Let a limit bind no longer from a day: it should not be there, or matches the wrong lines."""

    agreement: str
    name: str
    on: date
    reason: str
