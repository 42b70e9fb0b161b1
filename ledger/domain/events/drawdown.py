"""What is recorded of a drawdown."""

from datetime import date
from typing import ClassVar

from ledger.domain.events.parts import Allocation, Event, Match, Room, Source, TakenBack


class DrawdownRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An invoice or a credit has arrived. `amount` excludes VAT, `vat` is beside it.

    `anew_of` is the first drawdown of the same invoice, where that was rejected or withdrawn.
    `match` is why a received one belongs to its orders. `taken` is what a credit of several
    invoices takes back of each; `credits` is then the first. `prepaid` (BT-113) and `rounding`
    (BT-114) are with VAT; `deducts` is what a final invoice takes back of each advance.
    """

    stored: ClassVar[str] = "drawdown-recorded"
    id: str
    agreement: str
    supplier: str
    buyer: str
    invoice: str
    type: str
    issued_on: date
    currency: str
    amount: int
    allocations: tuple[Allocation, ...]
    vat: int | None = None
    due_on: date | None = None
    credits: str | None = None
    room: Room | None = None
    text: str = ""
    source: Source | None = None
    flags: tuple[str, ...] = ()
    anew_of: str | None = None
    taken: tuple[TakenBack, ...] = ()
    match: Match | None = None
    prepaid: int | None = None
    rounding: int | None = None
    deducts: tuple[TakenBack, ...] = ()


class DrawdownRecordedAnew(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The invoice, which was rejected or withdrawn, was recorded again, as another drawdown."""

    stored: ClassVar[str] = "drawdown-recorded-anew"
    drawdown: str


class DrawdownApproved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Another person attested it: its amounts are drawn. `room` where a credit's was chosen now.

    `right` is the number of the buyer's attest right that it was done under, if it has such, and
    `deputy_for` whose it is; `code_strings` of its parts, where lines were re-coded meanwhile;
    `allocations` of a credit, where what it was to take back is taken by other credits; `flags`
    say which limits it passes.
    """

    stored: ClassVar[str] = "drawdown-approved"
    room: Room | None = None
    note: str = ""
    right: int | None = None
    deputy_for: str | None = None
    code_strings: tuple[str, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    flags: tuple[str, ...] = ()


class DrawdownRejected(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Another person turned it down: what it held is as before it came.

    `flags` say which limits are passed by what its orders then hold again.
    """

    stored: ClassVar[str] = "drawdown-rejected"
    reason: str
    flags: tuple[str, ...] = ()


class DrawdownWithdrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Whoever recorded it took it back before it was decided: what it held is as before it came.

    `flags` say which limits are passed by what its orders then hold again.
    """

    stored: ClassVar[str] = "drawdown-withdrawn"
    reason: str
    flags: tuple[str, ...] = ()


class DrawdownMoved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Before it was decided it went to other orders or lines; `buyer` is whose the first is.

    `flags` are all that it is then flagged for; `taken` is what a credit of several invoices then
    takes back of each, `deducts` what a final invoice then takes back of its advances.
    """

    stored: ClassVar[str] = "drawdown-moved"
    buyer: str
    allocations: tuple[Allocation, ...]
    reason: str
    flags: tuple[str, ...] = ()
    taken: tuple[TakenBack, ...] = ()
    deducts: tuple[TakenBack, ...] = ()


class ApprovalTakenBack(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Another approver took the approval back: it waits again, as if it had never been approved.

    `flags` say which limits are passed by what its orders then count for.
    """

    stored: ClassVar[str] = "drawdown-approval-taken-back"
    reason: str
    flags: tuple[str, ...] = ()


class DrawdownCreditTakenBack(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The approval of a credit of this invoice was taken back: it took back nothing."""

    stored: ClassVar[str] = "drawdown-credit-taken-back"
    credit: str


class DrawdownCredited(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A credit of this invoice was approved; `amount` is what it took back, positive: of a credit
    that takes back one of its credits, negative, it counts again."""

    stored: ClassVar[str] = "drawdown-credited"
    credit: str
    amount: int
    lines: tuple[Allocation, ...]


class DrawdownCreditReceived(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A credit of this invoice was recorded: it waits for approval, after the invoice's own."""

    stored: ClassVar[str] = "drawdown-credit-received"
    credit: str


class DrawdownCreditMatched(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The invoice of a credit was found after the credit came: it lands on that one's lines. One
    that was approved already stays where it landed: `allocations` are what it was recorded as.

    `flags` are all that it is then flagged for; `taken` is what it takes back of each of several
    invoices, the first of which is `credits`; `deducts` what it lets stand of their advances.
    """

    stored: ClassVar[str] = "drawdown-credit-matched"
    credits: str
    buyer: str
    allocations: tuple[Allocation, ...]
    flags: tuple[str, ...] = ()
    taken: tuple[TakenBack, ...] = ()
    deducts: tuple[TakenBack, ...] = ()


class DrawdownDeducted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A final invoice takes so much of this advance back; `amount` excludes VAT, positive.

    Negative: a credit of a final invoice lets so much of it stand again; `final` is that credit.
    """

    stored: ClassVar[str] = "drawdown-deducted"
    final: str
    amount: int
    lines: tuple[Allocation, ...]


class DrawdownDeductionTakenBack(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The final invoice that took this advance back was turned down, withdrawn or asked anew; of a
    credit that let it stand, the approval was taken back."""

    stored: ClassVar[str] = "drawdown-deduction-taken-back"
    final: str


class DrawdownAdvancesNamed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person said which advances an invoice deducts; none: what was paid before is no advance.

    Of a credit, which of those that its invoices deduct stand again; none: it takes them back too.
    """

    stored: ClassVar[str] = "drawdown-advances-named"
    deducts: tuple[TakenBack, ...]
    allocations: tuple[Allocation, ...]
    flags: tuple[str, ...] = ()


class RechargeReversed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """So much of a recharge, by its reference, was given back to the member. No money moves."""

    stored: ClassVar[str] = "recharge-reversed"
    lead: str
    member: str
    amount: int
    reference: str
    reason: str


class RechargeRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Who paid the invoice took a member's share of it back from that member. No money moves."""

    stored: ClassVar[str] = "recharge-recorded"
    lead: str
    member: str
    amount: int
    reference: str


class DrawdownJudged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What funding covers of it was judged again: its parts, and its flags, as they then read."""

    stored: ClassVar[str] = "drawdown-judged"
    allocations: tuple[Allocation, ...]
    flags: tuple[str, ...] = ()


DrawdownEvent = (
    DrawdownRecorded
    | DrawdownRecordedAnew
    | DrawdownApproved
    | DrawdownRejected
    | DrawdownWithdrawn
    | DrawdownMoved
    | ApprovalTakenBack
    | DrawdownCredited
    | DrawdownCreditTakenBack
    | DrawdownCreditReceived
    | DrawdownCreditMatched
    | DrawdownDeducted
    | DrawdownDeductionTakenBack
    | DrawdownAdvancesNamed
    | RechargeRecorded
    | RechargeReversed
    | DrawdownJudged
)
