"""What is recorded of an order."""

from datetime import date
from typing import ClassVar, Literal

from ledger.domain.codes import Codes
from ledger.domain.events.opening import OpeningEvent
from ledger.domain.events.parts import Dated, Event, LineAmount, OrderLine, Room
from ledger.domain.events.sessions import (
    Instalment,
    PlannedSession,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
)
from ledger.domain.selection import Award, PassedOver
from ledger.domain.sharing import Split, Weight


class OrderPlaced(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An order as it was placed. `credits` are högskolepoäng as text ("7.5"), None where none.

    `ordered_on` decides whether it is within the term; `flags` name soft limits that it passed,
    and what its seats and prices warn of. `seats` are paid for, `free_seats` are beside them;
    `passed_over` are the suppliers whose turn was before this one's, `award` what it was won by.
    `answer_days` are those of the policy that `respond_by` was set by; None where it was stated.
    `counts_seats`: limits in seats count it; orders of earlier versions they do not.
    """

    stored: ClassVar[str] = "order-placed"
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
    programme: str = ""
    round: int | None = None
    free_seats: int | None = None
    minimum_seats: int | None = None
    sessions: tuple[PlannedSession, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    award: Award | None = None
    answer_days: int | None = None
    counts_seats: bool = False


class OrderConfirmed(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The university took the order on: its room is committed. `reference` is its own.

    `flags` say that it was after the term, or after the agreement was closed. `letter` is what the
    answer came by, where the buyer entered it; so of each of the university's answers.
    """

    stored: ClassVar[str] = "order-confirmed"
    reference: str = ""
    letter: str = ""
    flags: tuple[str, ...] = ()


class OrderDeclined(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The university said no: the order's room is released.

    `passed_over` are the suppliers after it in rank whose own limit had no room, so that it ends.
    """

    stored: ClassVar[str] = "order-declined"
    reason: str
    letter: str = ""
    passed_over: tuple[PassedOver, ...] = ()


class OrderLapsed(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The university did not answer by `respond_by`: the order's room is released."""

    stored: ClassVar[str] = "order-lapsed"
    respond_by: date
    passed_over: tuple[PassedOver, ...] = ()


class OrderPassedOn(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The order went from `giver`, which did not take it, to the next supplier in rank.

    `passed_over` are those in between whose own limit had no room for it.
    """

    stored: ClassVar[str] = "order-passed-on"
    giver: str
    supplier: str
    respond_by: date | None = None
    passed_over: tuple[PassedOver, ...] = ()
    flags: tuple[str, ...] = ()


class OrderCountered(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The university offers this instead. Until it is answered the higher amount is reserved."""

    stored: ClassVar[str] = "order-countered"
    lines: tuple[OrderLine, ...]
    reason: str = ""
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    letter: str = ""
    flags: tuple[str, ...] = ()


class CounterAccepted(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The buyer took the offer: the order reads as it, confirmed. `reference` is the buyer's.

    `allocated` says whose the seats are, where it offers other seats than were allocated. `flags`
    say that it was after the term, or after the agreement was closed.
    """

    stored: ClassVar[str] = "counter-accepted"
    reference: str = ""
    allocated: tuple[Weight, ...] = ()
    flags: tuple[str, ...] = ()


class CounterRejected(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The order ends with it: a counter-offer is a refusal with a new offer (avtalslagen 6 §)."""

    stored: ClassVar[str] = "counter-rejected"
    reason: str
    passed_over: tuple[PassedOver, ...] = ()


class OrderChanged(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The order as it reads from here on, whole.

    Sessions that are still to come, instalments and the counts of free and least seats are None
    where they stay; those that stay follow their lines. `allocated` says anew whose the seats are.
    `said` are the lines as they were said, where what is invoiced of one stays in its year.
    """

    stored: ClassVar[str] = "order-changed"
    lines: tuple[OrderLine, ...]
    reason: str
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    flags: tuple[str, ...] = ()
    free_seats: int | None = None
    minimum_seats: int | None = None
    sessions: tuple[PlannedSession, ...] | None = None
    instalments: tuple[Instalment, ...] | None = None
    allocated: tuple[Weight, ...] = ()
    said: tuple[OrderLine, ...] = ()


class SeatsCancelled(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """Seats of one line given up: the fee stays committed on the line, the rest is released.

    `holder` is whose they were, where the order's seats are allocated; `borne_by` carries the fee
    alone, which is then never split. `percent` as in OrderCancelled.
    """

    stored: ClassVar[str] = "seats-cancelled"
    line: int
    seats: int
    fee: int
    released: int
    lines: tuple[OrderLine, ...]
    reason: str = ""
    holder: str | None = None
    flags: tuple[str, ...] = ()
    borne_by: str | None = None
    percent: int | None = None


class OrderCancelled(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The whole order given up; `lines` hold what stays as the fee.

    `percent` is what the tariff took of what was cancelled, None where the fee was stated.
    """

    stored: ClassVar[str] = "order-cancelled"
    by: Literal["buyer", "supplier"]
    fee: int
    lines: tuple[OrderLine, ...]
    reason: str = ""
    percent: int | None = None
    flags: tuple[str, ...] = ()


class OrderStarted(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The course has started. No money moves."""

    stored: ClassVar[str] = "order-started"


class OrderDelivered(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """Counts only: seats used, and how many participants were awarded their credits.

    `delivered_on` is the day where the fact counts from a later one, after what had moved by then.
    `women` and `men` among those who took part, None where nobody counted them. Reported again, the
    last one counts; `reason` says why.
    """

    stored: ClassVar[str] = "order-delivered"
    seats_used: int
    credits_awarded: int | None = None
    women: int | None = None
    men: int | None = None
    delivered_on: date | None = None
    reason: str = ""


class OrderClosed(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """What was not invoiced is released."""

    stored: ClassVar[str] = "order-closed"
    released: int
    reason: str = ""


class SeatsAllocated(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """Whose the order's seats are, all of them. The order's amount does not move."""

    stored: ClassVar[str] = "seats-allocated"
    seats: tuple[Weight, ...]
    flags: tuple[str, ...] = ()


class SeatsMoved(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """One organisation gave seats of the order to another. The order's amount does not move."""

    stored: ClassVar[str] = "seats-moved"
    giver: str
    receiver: str
    seats: int
    reason: str = ""
    flags: tuple[str, ...] = ()


class LineRecoded(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """A line is booked otherwise from here on. Between the four places nothing moves."""

    stored: ClassVar[str] = "line-recoded"
    line: int
    codes: Codes = ()
    code_string: str = ""
    cost_centre: str | None = None
    reason: str = ""


class OrderInvoiced(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """An invoice on the order is recorded and waits for approval.

    `place_of` is the drawdown in whose place it comes: it was turned down or moved away before, by
    mistake. Where it was recorded on another order by mistake, it comes `after` so many of the
    order's facts: those that were there when it was recorded, at that `position` of the log. What
    happened since is then told as if it had been there all along.

    `own_day`: it counts from its own day among the order's other invoices, whatever came before it.
    Those of earlier versions count from the latest of them.
    """

    stored: ClassVar[str] = "order-invoiced"
    drawdown: str
    lines: tuple[LineAmount, ...]
    place_of: str | None = None
    after: int | None = None
    position: int | None = None
    own_day: bool = False


class OrderInvoiceWithdrawn(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The invoice was rejected or withdrawn: what it held of the order is as before it came.

    `anew`: what happened since it came is told as if it had never been there. Earlier versions
    told only what stays of an order that was cancelled meanwhile: `kept`, with its `fee`.
    """

    stored: ClassVar[str] = "order-invoice-withdrawn"
    drawdown: str
    lines: tuple[LineAmount, ...]
    kept: tuple[OrderLine, ...] | None = None
    fee: int | None = None
    anew: bool = False


class OrderDrawn(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The invoice was approved.

    `restored` is what the lines count for again, where it takes back a credit whose room went to
    the cap.
    """

    stored: ClassVar[str] = "order-drawn"
    drawdown: str
    lines: tuple[LineAmount, ...]
    restored: tuple[LineAmount, ...] = ()


class OrderCredited(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """A credit was approved: amounts are negative.

    `reduced` is what the lines count for less, `offer_reduced` those of an open counter-offer.
    """

    stored: ClassVar[str] = "order-credited"
    drawdown: str
    lines: tuple[LineAmount, ...]
    room: Room
    reduced: tuple[LineAmount, ...] = ()
    offer_reduced: tuple[LineAmount, ...] = ()


class OrderDrawingTakenBack(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The invoice's approval was taken back: it waits again; `restored` as it was told then.

    `anew`: what happened since the approval is told as if it had never been given.
    """

    stored: ClassVar[str] = "order-drawing-taken-back"
    drawdown: str
    lines: tuple[LineAmount, ...]
    restored: tuple[LineAmount, ...] = ()
    anew: bool = False


class OrderCreditTakenBack(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The credit's approval was taken back: the order is as before it, and `lines` are what it had
    taken back, negative.

    `restored` is what the lines count for again, `offer_restored` those of an open counter-offer.
    `anew`: what happened since is told as if the credit had never been approved. Earlier versions
    told only what stays of an order that was cancelled meanwhile: `kept`, with its `fee`.
    """

    stored: ClassVar[str] = "order-credit-taken-back"
    drawdown: str
    lines: tuple[LineAmount, ...]
    restored: tuple[LineAmount, ...] = ()
    offer_restored: tuple[LineAmount, ...] = ()
    kept: tuple[OrderLine, ...] | None = None
    fee: int | None = None
    anew: bool = False


class OrderReopened(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """It was closed too early: it is as before it was closed, and holds what it then held."""

    stored: ClassVar[str] = "order-reopened"
    reason: str
    flags: tuple[str, ...] = ()


class OrderJudged(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """What funding covers of an invoice was judged again: its lines before, and as they then read.

    `drawn` says that it was approved; else it waits. No amount of the order moves.
    """

    stored: ClassVar[str] = "order-judged"
    drawdown: str
    before: tuple[LineAmount, ...]
    lines: tuple[LineAmount, ...]
    drawn: bool = False


OrderEvent = (
    OrderPlaced
    | OrderConfirmed
    | OrderDeclined
    | OrderLapsed
    | OrderPassedOn
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
    | SessionMoved
    | SessionHeld
    | SessionCancelled
    | LineRecoded
    | OrderInvoiced
    | OrderInvoiceWithdrawn
    | OrderDrawn
    | OrderCredited
    | OrderDrawingTakenBack
    | OrderCreditTakenBack
    | OrderReopened
    | OrderJudged
    | OpeningEvent
)
