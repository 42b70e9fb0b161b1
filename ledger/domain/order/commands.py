"""What people ask of an order."""

from datetime import date
from typing import Literal

import msgspec

from ledger.domain.codes import CodesGiven
from ledger.domain.events import PriceRange
from ledger.domain.order.plan.commands import InstalmentTerms, SessionTerms
from ledger.domain.selection import PassedOver
from ledger.domain.sharing import Split, Weight


class LineTerms(msgspec.Struct, frozen=True, kw_only=True):
    """A line as somebody asks for it: an amount, or a quantity and a price. Öre, excluding VAT.

    Without `codes` a line of a changed order keeps those of the line with its number.
    """

    kind: str
    amount: int | None = None
    year: int | None = None
    text: str = ""
    quantity: int | None = None
    unit_price: int | None = None
    funding: str | None = None
    cost_centre: str | None = None
    price_range: PriceRange | None = None
    codes: CodesGiven | None = None
    responsible: str | None = None


class PlaceOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Order a course. Line amounts in öre, excluding VAT. `free_seats` are beside `seats`."""

    agreement: str
    buyer: str
    course: str
    lines: tuple[LineTerms, ...]
    ordered_on: date
    supplier: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    respond_by: date | None = None
    unit: str = ""
    challenge: str = ""
    reference: str = ""
    credits: str | None = None
    seats: int | None = None
    split: Split | None = None
    programme: str = ""
    round: int | None = None
    free_seats: int | None = None
    minimum_seats: int | None = None
    sessions: tuple[SessionTerms, ...] = ()
    instalments: tuple[InstalmentTerms, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    competition: int | None = None


class ConfirmOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The university takes the order on. `reference` is its own.

    `letter` is what its answer came by, where the buyer enters it: so of each of its answers.
    """

    order: str
    on: date
    reference: str = ""
    letter: str = ""


class DeclineOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The university says no."""

    order: str
    on: date
    reason: str
    letter: str = ""


class LapseOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The last day to answer has passed."""

    order: str
    on: date


class CounterOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Offer something else instead."""

    order: str
    on: date
    lines: tuple[LineTerms, ...]
    reason: str = ""
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    letter: str = ""


class AcceptCounter(msgspec.Struct, frozen=True, kw_only=True):
    """The buyer takes the university's offer as it stands.

    `allocation` says whose the seats are, where it offers other seats than are allocated.
    """

    order: str
    on: date
    reference: str = ""
    allocation: tuple[Weight, ...] | None = None


class RejectCounter(msgspec.Struct, frozen=True, kw_only=True):
    """The buyer turns the offer down; the order ends with it (avtalslagen 6 §)."""

    order: str
    on: date
    reason: str


class ChangeOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The order as it shall read, whole; None keeps what is there.

    `sessions` are those that are still to come: what was held or cancelled stays. Where allocated
    seats become more or fewer, `allocation` says anew whose all of them are.
    """

    order: str
    on: date
    reason: str
    lines: tuple[LineTerms, ...] | None = None
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    free_seats: int | None = None
    minimum_seats: int | None = None
    sessions: tuple[SessionTerms, ...] | None = None
    instalments: tuple[InstalmentTerms, ...] | None = None
    allocation: tuple[Weight, ...] | None = None


class CancelOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Cancel `seats` of `line`, or, without them, the whole order. `fee` in öre stays committed.

    Without a fee, the agreement's tariff gives it. `holder` says whose seats, where they are
    allocated.
    """

    order: str
    on: date
    fee: int | None = None
    seats: int | None = None
    line: int | None = None
    holder: str | None = None
    cancelled_by: Literal["buyer", "supplier"] = "buyer"
    reason: str = ""


class AllocateSeats(msgspec.Struct, frozen=True, kw_only=True):
    """Say whose the order's seats are, all of them."""

    order: str
    on: date
    seats: tuple[Weight, ...]


class MoveSeats(msgspec.Struct, frozen=True, kw_only=True):
    """Give seats that are one organisation's to another; the order's own count stays."""

    order: str
    on: date
    giver: str
    receiver: str
    seats: int
    reason: str = ""


class RecodeLine(msgspec.Struct, frozen=True, kw_only=True):
    """Book a line otherwise: by other codes, or in another cost centre."""

    order: str
    on: date
    line: int
    codes: CodesGiven | None = None
    cost_centre: str | None = None
    reason: str = ""


class StartOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The course has started."""

    order: str
    on: date


class DeliverOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Report delivery as counts: seats used, participants awarded their credits.

    Reported again, with a `reason`, it takes the place of what was reported before.
    """

    order: str
    on: date
    seats_used: int
    credits_awarded: int | None = None
    women: int | None = None
    men: int | None = None
    reason: str = ""


class ReopenOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Open an order again that was closed too early."""

    order: str
    on: date
    reason: str


class CloseOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing more will be invoiced: what is left of the order is released.

    `release` is what somebody was told that it would be, in öre; None: whatever it is.
    """

    order: str
    on: date
    reason: str = ""
    release: int | None = None
