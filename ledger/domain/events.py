"""Every fact that can be recorded, and the name that it is stored under. It only ever grows.

A fact's shape never changes: a new shape is a new name, or a lift in `ledger.codec`. Amounts are
öre, excluding VAT. No personal data: people are opaque ids, participants are counts.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from ledger.domain.limits import AmountFrom, Limit, Move
from ledger.domain.regime import Policy
from ledger.domain.sharing import Shares, Split, Weight

PartyRole = Literal["lead", "member", "company"]


class Party(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An organisation: its ten digits (a sole trader: an opaque id) and its name.

    `role` is a buyer's part in a joint agreement: who answers for it, a member, a company of one.
    """

    organisation: str
    name: str = ""
    role: PartyRole | None = None


class OrderLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an order. `amount` is what it counts for, also where a fee has replaced seats.

    `year` is its delivery year, `unit_price` in öre.
    """

    number: int
    kind: str
    amount: int
    year: int
    text: str = ""
    quantity: int | None = None
    unit_price: int | None = None
    funding: str | None = None
    cost_centre: str | None = None


class LineAmount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An amount in öre on one line of one order, and who carries it: all the buyer's if none."""

    line: int
    amount: int
    shares: Shares = ()


class Allocation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of an invoice: which order and line it draws. Negative on a credit.

    `shares` are the order's cost split of it, as it was when the invoice came.
    """

    order: str
    line: int
    amount: int
    shares: Shares = ()


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """The received file that a record was made from."""

    format: str
    sha256: str


Room = Literal["cap", "order"]
"""Where the room of a credit goes: back to the cap, or back to its order, to be invoiced again."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every fact is; it says nothing by itself."""


# ── Agreement ─────────────────────────────────────────────────────────────────────────────────


class AgreementSigned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The agreement as it was signed. `cap` is None where it is unknown."""

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


class AgreementAmended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A change on a ground. What is absent is unchanged. Not covered: recorded, changes nothing."""

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


class AgreementExtended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An extension option was used, the first is 1. `ends_on` is the new last day, counted."""

    option: int
    ends_on: date
    decision: str
    decided_on: date


class AgreementSuspended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """No orders are taken until it is reopened."""

    reason: str


class AgreementClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """No more orders are taken; open ones live on."""

    reason: str


class AgreementReopened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Orders are taken again."""

    reason: str


class AgreementExpired(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The term's last day, `ends_on`, has passed: said once, unless the term is extended."""

    ends_on: date


class TermAlertRaised(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The term ends within so many months: said once for each, until the term is extended."""

    months: int
    ends_on: date


class RoomReserved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A new order took its number and its room. `sequence` counts the agreement's orders."""

    order: str
    sequence: int
    moves: tuple[Move, ...]


class RoomMoved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Money of one order moved between reserved, committed, drawn and remaining."""

    order: str
    cause: str
    moves: tuple[Move, ...]
    drawdown: str | None = None


class ThresholdCrossed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Use of a limit rose past a share of it: said once, until the limit's amount changes."""

    limit: str
    percent: int
    used: int
    amount: int


class ShareMoveProposed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One buyer proposes that room moves from one share to another. `number` counts from 1."""

    number: int
    giver: str
    receiver: str
    amount: int
    proposed_by: str
    reason: str = ""


class ShareMoveAccepted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The other buyer agreed: the two limits change by as much, down and up."""

    number: int
    limit_changes: tuple[tuple[str, AmountFrom], ...]


class ShareMoveDeclined(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The proposal ended, and nothing moved."""

    number: int
    reason: str = ""


class InKindRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What an organisation gave that nobody invoices, and its worth. It counts nowhere."""

    organisation: str
    amount: int
    what: str


# ── Order ─────────────────────────────────────────────────────────────────────────────────────


class OrderPlaced(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An order as it was placed. `credits` are högskolepoäng as text ("7.5"), None where none.

    `ordered_on` decides whether it is within the term; `flags` name soft limits that it passed.
    """

    agreement: str
    number: str
    buyer: str
    supplier: str
    currency: str
    course: str
    lines: tuple[OrderLine, ...]
    ordered_on: date
    starts_on: date | None = None
    ends_on: date | None = None
    respond_by: date | None = None
    unit: str = ""
    challenge: str = ""
    reference: str = ""
    credits: str | None = None
    seats: int | None = None
    flags: tuple[str, ...] = ()
    split: Split | None = None


class OrderConfirmed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The university took the order on: its room is committed. `reference` is its own."""

    reference: str = ""


class OrderDeclined(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The university said no: the order's room is released."""

    reason: str


class OrderLapsed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The university did not answer by `respond_by`: the order's room is released."""

    respond_by: date


class OrderCountered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The university offers this instead. Until it is answered the higher amount is reserved."""

    lines: tuple[OrderLine, ...]
    reason: str = ""
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    flags: tuple[str, ...] = ()


class CounterAccepted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The buyer took the offer: the order reads as it, confirmed. `reference` is the buyer's."""

    reference: str = ""


class CounterRejected(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The order ends with it: a counter-offer is a refusal with a new offer (avtalslagen 6 §)."""

    reason: str


class OrderChanged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The order as it reads from here on, whole."""

    lines: tuple[OrderLine, ...]
    reason: str
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    flags: tuple[str, ...] = ()


class SeatsCancelled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Seats of one line given up: the fee stays committed on the line, the rest is released.

    `holder` is whose they were, where the order's seats are allocated.
    """

    line: int
    seats: int
    fee: int
    released: int
    lines: tuple[OrderLine, ...]
    reason: str = ""
    holder: str | None = None


class OrderCancelled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The whole order given up; `lines` hold what stays as the fee."""

    by: Literal["buyer", "supplier"]
    fee: int
    lines: tuple[OrderLine, ...]
    reason: str = ""


class OrderStarted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The course has started. No money moves."""


class OrderDelivered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Counts only: seats used, and how many participants were awarded their credits."""

    seats_used: int
    credits_awarded: int | None = None


class OrderClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What was not invoiced is released."""

    released: int
    reason: str = ""


class SeatsAllocated(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Whose the order's seats are, all of them. The order's amount does not move."""

    seats: tuple[Weight, ...]
    flags: tuple[str, ...] = ()


class SeatsMoved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One organisation gave seats of the order to another. The order's amount does not move."""

    giver: str
    receiver: str
    seats: int
    reason: str = ""
    flags: tuple[str, ...] = ()


class OrderInvoiced(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An invoice on the order is recorded and waits for approval."""

    drawdown: str
    lines: tuple[LineAmount, ...]


class OrderInvoiceWithdrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The invoice was rejected: what it held of the order is as before it came."""

    drawdown: str
    lines: tuple[LineAmount, ...]


class OrderDrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The invoice was approved."""

    drawdown: str
    lines: tuple[LineAmount, ...]


class OrderCredited(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A credit was approved: amounts are negative. `reduced` is what the lines count for less."""

    drawdown: str
    lines: tuple[LineAmount, ...]
    room: Room
    reduced: tuple[LineAmount, ...] = ()


# ── Drawdown ──────────────────────────────────────────────────────────────────────────────────


class DrawdownRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An invoice or a credit has arrived. `amount` excludes VAT, `vat` is beside it."""

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


class DrawdownApproved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Another person attested it: its amounts are drawn. `room` where a credit's was chosen now."""

    room: Room | None = None
    note: str = ""


class DrawdownRejected(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Another person turned it down: what it held is as before it came."""

    reason: str


class DrawdownCredited(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A credit of this invoice was approved; `amount` is what it took back, positive."""

    credit: str
    amount: int
    lines: tuple[Allocation, ...]


class RechargeRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Who paid the invoice took a member's share of it back from that member. No money moves."""

    lead: str
    member: str
    amount: int
    reference: str


# ── The names ─────────────────────────────────────────────────────────────────────────────────

NAMES: dict[str, type[Event]] = {
    "agreement-signed": AgreementSigned,
    "agreement-amended": AgreementAmended,
    "agreement-extended": AgreementExtended,
    "agreement-suspended": AgreementSuspended,
    "agreement-closed": AgreementClosed,
    "agreement-reopened": AgreementReopened,
    "agreement-expired": AgreementExpired,
    "term-alert-raised": TermAlertRaised,
    "room-reserved": RoomReserved,
    "room-moved": RoomMoved,
    "threshold-crossed": ThresholdCrossed,
    "share-move-proposed": ShareMoveProposed,
    "share-move-accepted": ShareMoveAccepted,
    "share-move-declined": ShareMoveDeclined,
    "in-kind-recorded": InKindRecorded,
    "order-placed": OrderPlaced,
    "order-confirmed": OrderConfirmed,
    "order-declined": OrderDeclined,
    "order-lapsed": OrderLapsed,
    "order-countered": OrderCountered,
    "counter-accepted": CounterAccepted,
    "counter-rejected": CounterRejected,
    "order-changed": OrderChanged,
    "seats-cancelled": SeatsCancelled,
    "order-cancelled": OrderCancelled,
    "order-started": OrderStarted,
    "order-delivered": OrderDelivered,
    "order-closed": OrderClosed,
    "seats-allocated": SeatsAllocated,
    "seats-moved": SeatsMoved,
    "order-invoiced": OrderInvoiced,
    "order-invoice-withdrawn": OrderInvoiceWithdrawn,
    "order-drawn": OrderDrawn,
    "order-credited": OrderCredited,
    "drawdown-recorded": DrawdownRecorded,
    "drawdown-approved": DrawdownApproved,
    "drawdown-rejected": DrawdownRejected,
    "drawdown-credited": DrawdownCredited,
    "recharge-recorded": RechargeRecorded,
}
"""Stored name → fact. A name is never reused and never removed."""

NAME_OF = {event: name for name, event in NAMES.items()}

AgreementEvent = (
    AgreementSigned
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
    | ShareMoveProposed
    | ShareMoveAccepted
    | ShareMoveDeclined
    | InKindRecorded
)
OrderEvent = (
    OrderPlaced
    | OrderConfirmed
    | OrderDeclined
    | OrderLapsed
    | OrderCountered
    | CounterAccepted
    | CounterRejected
    | OrderChanged
    | SeatsCancelled
    | OrderCancelled
    | OrderStarted
    | OrderDelivered
    | OrderClosed
    | SeatsAllocated
    | SeatsMoved
    | OrderInvoiced
    | OrderInvoiceWithdrawn
    | OrderDrawn
    | OrderCredited
)
DrawdownEvent = (
    DrawdownRecorded | DrawdownApproved | DrawdownRejected | DrawdownCredited | RechargeRecorded
)


# ── The envelope ──────────────────────────────────────────────────────────────────────────────


ROLES = ("orderer", "approver", "finance", "manager", "supplier", "auditor", "admin")
"""The roles that a person can hold."""


class By(msgspec.Struct, frozen=True, kw_only=True):
    """Who: an opaque person id, the organisation they act for, and the role they used."""

    person: str
    organisation: str
    role: str


NOBODY = By(person="", organisation="", role="")
"""For folding a fact in thought: who did it does not change what it moves."""


class New(msgspec.Struct, frozen=True):
    """A fact that a decision made, not yet stored: its stream, the fact, and the day it counts."""

    stream: str
    event: Event
    effective_on: date


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A stored fact with its envelope. `position` is its place in the whole log.

    `receipt` is there when it has just been recorded: the number of its leaf in the log's hash
    tree, a colon, and the leaf's hash in hexadecimal.
    """

    stream: str
    version: int
    event: Event
    by: By
    recorded_at: datetime
    effective_on: date
    request: str
    rules: int = 1
    position: int = 0
    receipt: str = ""
