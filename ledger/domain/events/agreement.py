"""What is recorded of an agreement."""

from datetime import date
from typing import ClassVar

from ledger.domain.amounts import AmountFrom
from ledger.domain.events.competition import CompetitionEvent
from ledger.domain.events.funding import FundingEvent
from ledger.domain.events.parts import (
    Event,
    FurtherNumber,
    Notice,
    Party,
    Reasons,
    Replacement,
    RoundResult,
)
from ledger.domain.events.proposal import ProposalEvent
from ledger.domain.events.room import RoomMoved, RoomReserved, ThresholdCrossed, UnderUseAlertRaised
from ledger.domain.limits import CAP, Limit, LimitRule
from ledger.domain.regime import Policy
from ledger.domain.selection import Selection


class AgreementSigned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The agreement as it was signed. `cap` is None where it is unknown."""

    stored: ClassVar[str] = "agreement-signed"
    number: str
    title: str
    currency: str
    cap: int | None
    buyers: tuple[Party, ...]
    suppliers: tuple[Party, ...]
    signed_on: date
    starts_on: date
    ends_on: date
    regime: str
    policy: Policy
    limits: tuple[Limit, ...] = ()
    selection: Selection | None = None
    numbers: tuple[FurtherNumber, ...] = ()


class AgreementRectified(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What was mistyped at signing was put right: the agreement is as if it had been signed so.

    `replaces_from` is the first day of the term that it replaces.
    """

    stored: ClassVar[str] = "agreement-rectified"
    signing: AgreementSigned
    replaces_from: date
    reason: str


class AgreementVoided(Event, frozen=True, kw_only=True, omit_defaults=True):
    """It was signed by mistake: nothing is ever ordered under it, and its number stays taken."""

    stored: ClassVar[str] = "agreement-voided"
    reason: str


class LimitRemoved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A limit binds no longer from a day: it should not have been there, or matched other lines."""

    stored: ClassVar[str] = "limit-removed"
    limit: str
    removed_from: date
    reason: str


class AgreementAmended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A change on a ground. What is absent is unchanged. Not covered: recorded, changes nothing.

    `cap` is the cap from its day; where it is put in before a difference that an earlier version
    recorded, what that came to is among the `limit_changes`, so that it stays.

    `policy` is the policy as it then reads, whole; `policy_changes` name the members that it sets,
    and it sets these alone. Without them it sets all.
    """

    stored: ClassVar[str] = "agreement-amended"
    ground: str
    decision: str
    decided_on: date
    covered: bool = True
    clause: str = ""
    cap: AmountFrom | None = None
    limits: tuple[Limit, ...] = ()
    limit_changes: tuple[tuple[str, AmountFrom], ...] = ()
    buyers: tuple[Party, ...] = ()
    flags: tuple[str, ...] = ()
    policy: Policy | None = None
    policy_changes: tuple[str, ...] = ()
    limit_rules: tuple[LimitRule, ...] = ()
    selection: Selection | None = None
    suppliers: tuple[Replacement, ...] = ()
    reasons: Reasons | None = None
    notice: Notice | None = None

    @property
    def cap_steps(self) -> tuple[AmountFrom, ...]:
        """What it sets the cap to, by day; nothing where it is not covered."""
        if not self.covered:
            return ()
        others = (step for name, step in self.limit_changes if name == CAP)
        return (*((self.cap,) if self.cap else ()), *others)


class AgreementExtended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An extension option was used, the first is 1. `ends_on` is the new last day, counted."""

    stored: ClassVar[str] = "agreement-extended"
    option: int
    ends_on: date
    decision: str
    decided_on: date


class AgreementSuspended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """No orders are taken until it is reopened."""

    stored: ClassVar[str] = "agreement-suspended"
    reason: str


class AgreementClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """No more orders are taken; open ones live on."""

    stored: ClassVar[str] = "agreement-closed"
    reason: str


class AgreementReopened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Orders are taken again."""

    stored: ClassVar[str] = "agreement-reopened"
    reason: str


class AgreementExpired(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The term's last day, `ends_on`, has passed: said once, unless the term is extended."""

    stored: ClassVar[str] = "agreement-expired"
    ends_on: date


class TermAlertRaised(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The term ends within so many months: said once for each, until the term is extended."""

    stored: ClassVar[str] = "term-alert-raised"
    months: int
    ends_on: date


class ShareMoveProposed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One buyer proposes that room moves from one share to another. `number` counts from 1.

    It would move from `moves_from`, or without one from the day on which it is accepted.
    """

    stored: ClassVar[str] = "share-move-proposed"
    number: int
    giver: str
    receiver: str
    amount: int
    proposed_by: str
    reason: str = ""
    moves_from: date | None = None


class ShareMoveAccepted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The other buyer agreed: the two limits are as much less and more, from a day and on each
    later day on which an amount was set already."""

    stored: ClassVar[str] = "share-move-accepted"
    number: int
    limit_changes: tuple[tuple[str, AmountFrom], ...]


class ShareMoveDeclined(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The proposal ended, and nothing moved."""

    stored: ClassVar[str] = "share-move-declined"
    number: int
    reason: str = ""


class InKindRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What an organisation gave that nobody invoices, and its worth. It counts nowhere."""

    stored: ClassVar[str] = "in-kind-recorded"
    organisation: str
    amount: int
    what: str


class RoundResultReported(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What a round came to, typed after the course; the last report of a round counts."""

    stored: ClassVar[str] = "round-result-reported"
    result: RoundResult


class AgreementNumbersGiven(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The further numbers that it goes by, all of them: they stand in place of earlier ones."""

    stored: ClassVar[str] = "agreement-numbers-given"
    numbers: tuple[FurtherNumber, ...]


class AgreementNumbersSkipped(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The agreement's orders and competitions are numbered on after these: the log was put back,
    and numbers up to them may have been given out in what is lost."""

    stored: ClassVar[str] = "agreement-numbers-skipped"
    orders: int
    competitions: int


class NoticePublished(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The public notice of amendments of a decision that were recorded without one (LOU 17 kap. 11
    and 12 §§)."""

    stored: ClassVar[str] = "notice-published"
    decision: str
    notice: Notice


AgreementEvent = (
    AgreementSigned
    | AgreementRectified
    | AgreementVoided
    | LimitRemoved
    | AgreementAmended
    | AgreementExtended
    | AgreementSuspended
    | AgreementClosed
    | AgreementReopened
    | AgreementExpired
    | TermAlertRaised
    | RoomReserved
    | RoomMoved
    | ThresholdCrossed
    | UnderUseAlertRaised
    | ShareMoveProposed
    | ShareMoveAccepted
    | ShareMoveDeclined
    | InKindRecorded
    | RoundResultReported
    | AgreementNumbersGiven
    | AgreementNumbersSkipped
    | NoticePublished
    | ProposalEvent
    | FundingEvent
    | CompetitionEvent
)
