"""An order as its facts so far make it, and what it holds of its agreement."""

from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from ledger.domain.events import (
    Instalment,
    LineAmount,
    OrderLine,
    Source,
)
from ledger.domain.given import Given, found
from ledger.domain.limits import Move
from ledger.domain.money import least_of
from ledger.domain.order.plan.schedule import Cancellation, Fee, Session
from ledger.domain.position import Holding, left_by_line, ordered
from ledger.domain.selection import Award, PassedOver
from ledger.domain.sharing import Share, Split, Weight

Status = Literal[
    "placed",
    "countered",
    "confirmed",
    "started",
    "delivered",
    "cancelled",
    "declined",
    "lapsed",
    "closed",
]
UNANSWERED: tuple[Status, ...] = ("placed", "countered")
OPEN: tuple[Status, ...] = ("confirmed", "started", "delivered")
TO_COME: tuple[Status, ...] = ("confirmed", "started")
"""What is not delivered yet can be cancelled."""
ENDED: tuple[Status, ...] = ("cancelled", "declined", "lapsed", "closed")
RELEASED: tuple[Status, ...] = ("declined", "lapsed", "closed")
"""They hold no more than what is invoiced."""


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """What the university offered instead, and from which day. Line amounts in öre, excl. VAT."""

    lines: tuple[OrderLine, ...]
    reason: str = ""
    seats: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    offered_on: date | None = None


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier that had the order and did not take it, how that ended, and why if it said."""

    supplier: str
    status: Status
    reason: str
    until: date


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What of an order follows its lines."""

    sessions: tuple[Session, ...]
    instalments: tuple[Instalment, ...]
    fees: tuple[Fee, ...]


class Credited(msgspec.Struct, frozen=True, kw_only=True):
    """A credit that was approved, and what it made of the order, in öre by line.

    `reduced` is what the order's lines, as they are typed now, count for less by it. `beyond` says
    that it took back what was invoiced beyond the order, by the invoices that were `drawn` then.
    """

    drawdown: str
    before: Plan
    after: Plan
    reduced: tuple[LineAmount, ...] = ()
    offer_reduced: tuple[LineAmount, ...] = ()
    beyond: bool = False
    drawn: tuple[str, ...] = ()


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that waits for approval: the day from which it counts, and what it then moved."""

    drawdown: str
    since: date
    moves: tuple[Move, ...] = ()


class Approved(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that is drawn: the day from which it is, what that moved, and how it waited."""

    drawdown: str
    since: date
    moves: tuple[Move, ...]
    waited: Waiting


class Uncancelled(msgspec.Struct, frozen=True, kw_only=True):
    """What an order was when it was cancelled, in öre by line, and what then stayed of it.

    `owed` is what was owed already, `invoiced` what was invoiced by `invoices`, each then or, where
    one of them was taken back since, without it. `fee` was stated, or is `percent` of the rest.
    `reduced` is what credits took of the lines since.
    """

    lines: tuple[OrderLine, ...]
    owed: tuple[LineAmount, ...]
    invoiced: tuple[LineAmount, ...]
    invoices: tuple[str, ...]
    fee: int
    percent: int | None = None
    reduced: tuple[LineAmount, ...] = ()


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What of it was invoiced before it was taken into the ledger, in öre by line: as of which day,
    who said so, by what evidence, and from which file."""

    lines: tuple[LineAmount, ...]
    on: date
    recorded_by: str
    evidence: str
    source: Source | None = None

    @property
    def amount(self) -> int:
        """Öre, excluding VAT."""
        return sum(line.amount for line in self.lines)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """An order as its facts so far make it.

    `drawn` (approved invoices less credits) and `pending` (invoices that wait) are öre by line.
    `moved_on` is the latest day that money moved but by an invoice: see `counts_from`. `waiting`
    are invoices that wait for approval, each with the day from which it counts, `approved` those
    that no longer do (but of earlier versions). `allocated` says whose the
    seats are; `split` is the cost split that the order was placed with. `sessions` and
    `instalments` follow their lines: see `schedule.fitted`. `earlier` had the order before its
    supplier; `passed_over` were never asked. `altered_by` are those who changed it or took a
    counter-offer, `coded_by` lines that were re-coded, or took a session of such a line, each with
    who did. `confirmation_flags` are of when it was taken on, and stay however it is changed.
    `fees` are those of cancelled seats; `invoices` name what makes up `drawn` and
    `pending`; `uncancelled` is of an order that was cancelled, `credited` its credits that stand,
    `closed_from` its status before it was closed, on `closed_on`. `answer_days`
    are what each supplier that is asked has for an answer; None where no last day was recorded.
    `counts_seats`: limits in seats count its own; those of orders of earlier versions they do not.
    `past` is of an order that was invoiced: see `anew`. `letter` is what the supplier's latest
    answer came by, where the buyer entered it. `opening` is what of `drawn` no invoice here says.
    """

    agreement: str
    number: str
    buyer: str
    supplier: str
    currency: str
    course: str
    lines: tuple[OrderLine, ...]
    ordered_on: date
    placed_by: str
    starts_on: date | None = None
    ends_on: date | None = None
    respond_by: date | None = None
    unit: str = ""
    challenge: str = ""
    reference: str = ""
    credits: str | None = None
    seats: int | None = None
    flags: tuple[str, ...] = ()
    status: Status = "placed"
    counter: Counter | None = None
    drawn: tuple[LineAmount, ...] = ()
    pending: tuple[LineAmount, ...] = ()
    confirmed_on: date | None = None
    confirmation: str = ""
    letter: str = ""
    reason: str = ""
    delivered_on: date | None = None
    seats_used: int | None = None
    credits_awarded: int | None = None
    women: int | None = None
    men: int | None = None
    moved_on: date
    split: Split | None = None
    allocated: tuple[Weight, ...] = ()
    programme: str = ""
    round: int | None = None
    free_seats: int | None = None
    minimum_seats: int | None = None
    sessions: tuple[Session, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    award: Award | None = None
    answer_days: int | None = None
    counts_seats: bool = False
    earlier: tuple[Earlier, ...] = ()
    altered_by: tuple[str, ...] = ()
    coded_by: tuple[tuple[int, str], ...] = ()
    confirmation_flags: tuple[str, ...] = ()
    fees: tuple[Fee, ...] = ()
    invoices: tuple[str, ...] = ()
    uncancelled: Uncancelled | None = None
    credited: tuple[Credited, ...] = ()
    closed_from: Status | None = None
    closed_on: date | None = None
    waiting: tuple[Waiting, ...] = ()
    approved: tuple[Approved, ...] = ()
    past: "Past | None" = None
    opening: Opening | None = None

    @property
    def plan(self) -> Plan:
        return Plan(sessions=self.sessions, instalments=self.instalments, fees=self.fees)

    @property
    def ordered_by(self) -> tuple[str, ...]:
        """Everybody whose decision the order, as it reads, is."""
        return (self.placed_by, *self.altered_by)

    @property
    def sharing(self) -> Split | None:
        """How the next invoice will be shared: by seats, as they are allocated now."""
        if self.split is None or self.split.method != "seats":
            return self.split
        return replace(self.split, parts=self.allocated)

    @property
    def carriers(self) -> tuple[str, ...]:
        """Who beside the buyer has seats of it, or carries a part of its cost."""
        split = self.split.parts if self.split else ()
        carried = (share for part in (*self.drawn, *self.pending) for share in part.shares)
        names = [part.organisation for part in (*split, *self.allocated)]
        names += [fee.borne_by for fee in self.fees if fee.borne_by is not None]
        names += [share.organisation for share in carried]
        return tuple(name for name in dict.fromkeys(names) if name != self.buyer)

    @property
    def places(self) -> int | None:
        """Seats that people can sit on: those that are paid for, and the free ones."""
        return None if self.seats is None else self.seats + (self.free_seats or 0)

    @property
    def asked_on(self) -> date:
        """The day since which its supplier has had the order."""
        return self.earlier[-1].until if self.earlier else self.ordered_on

    def counts_from(self, on: date) -> date:
        """From when a fact of a day counts: never from before the order's latest move."""
        waiting = (one.since for one in self.waiting)
        return max(on, self.moved_on, *waiting, *(one.since for one in self.approved))

    def draws_from(self, drawdown: str, on: date) -> date:
        """From when the approval of an invoice of a day counts, or what it is judged again: other
        invoices, whether they wait or are approved, do not hold it up, since it changes nothing of
        what they hold."""
        own = self.waits(drawdown) or self.approval(drawdown)
        return self.counts_from(on) if own is None else max(on, self.moved_on, own.since)

    def waits(self, drawdown: str) -> Waiting | None:
        """An invoice of the order, where it waits for approval."""
        return next((one for one in self.waiting if one.drawdown == drawdown), None)

    def approval(self, drawdown: str) -> Approved | None:
        """How an invoice of the order came to be drawn; None of one that waits."""
        return next((one for one in self.approved if one.drawdown == drawdown), None)

    @property
    def amount(self) -> int:
        """What the order asks for, in öre excluding VAT."""
        return ordered(self.lines)

    @property
    def invoiced(self) -> int:
        """Net invoiced, approved or waiting, in öre excluding VAT."""
        return sum(p.amount for p in self.drawn) + sum(p.amount for p in self.pending)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of an order: the name that it is stored under, its JSON, the day from which it counts
    and the one that was stated, who did it, and which of the order's facts it is. Of an invoice
    that was moved here: after which it comes, and its own position in the log.

    Of an invoice that is `gone` only its place is kept: it may come back to it. `fee` (öre) is what
    a cancelling was recorded with, where it is told anew with another.
    """

    stored: str
    data: str
    on: date
    stated: date
    person: str
    number: int
    position: int = 0
    gone: bool = False
    fee: int | None = None


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What an order was when it was placed, and what happened to it from then on: so that it can be
    told again without an invoice or a credit, or with one. `facts` are all that it has; `retold`:
    some of it was, and does not read as it was recorded."""

    before: State
    steps: tuple[Step, ...] = ()
    facts: int = 1
    retold: bool = False


def left(state: State) -> int:
    """What is neither invoiced nor waits, in öre: what is released when it is closed."""
    return sum(left_by_line(holding(state)).values())


def holding(state: State) -> Holding:
    """What the order holds; with an open counter-offer, the higher of the two amounts."""
    lines = state.lines
    if state.counter is not None and ordered(state.counter.lines) > state.amount:
        lines = state.counter.lines
    return Holding(
        buyer=state.buyer,
        supplier=state.supplier,
        place="reserved" if state.status in UNANSWERED else "committed",
        lines=lines,
        open=state.status not in RELEASED,
        drawn=state.drawn,
        pending=state.pending,
        split=state.sharing,
        fees=tuple(
            LineAmount(
                line=fee.line,
                amount=fee.amount,
                shares=(Share(organisation=fee.borne_by, amount=fee.amount),),
            )
            for fee in state.fees
            if fee.borne_by is not None
        ),
        seats=_seats_in_use(state),
        holders=state.allocated,
        least=least_of(state.currency),
    )


def _seats_in_use(state: State) -> int:
    """The seats that count: of an open order those that are ordered, the most of it and of an open
    counter-offer; of a closed one what was delivered or is invoiced; of one that ended otherwise
    none."""
    used = state.status == "closed" and (state.delivered_on is not None or state.invoiced > 0)
    if not state.counts_seats or not (used or state.status in (*UNANSWERED, *OPEN)):
        return 0
    seats = _seats(state.seats, state.lines)
    if state.counter is not None:
        seats = max(seats, _seats(state.counter.seats or state.seats, state.counter.lines))
    return seats


def _seats(seats: int | None, lines: tuple[OrderLine, ...]) -> int:
    """Those of an order, else what its lines that are priced by the seat add up to."""
    return sum(line.quantity or 0 for line in lines) if seats is None else seats


def is_unanswered(state: State, on: date) -> bool:
    """Whether the last day to answer passed before `on` without a word from the university.

    A counter-offer is an answer; an invoice is as good as one, and left for a person to judge.
    """
    silent = state.status == "placed" and not state.pending and not state.drawn
    return silent and state.respond_by is not None and state.respond_by < on


OVERDUE = "overdue"
"""What one is besides placed, when it is unanswered past its day."""
NOT_ENDED = "not-ended"
"""What one is until it has ended, however far it has come."""
TO_INVOICE = "to-invoice"
"""What one is besides delivered, while something of it is left to invoice."""


def is_in(state: State, status: str, on: date | None) -> bool:
    """Whether an order is in a status; on no day is any overdue."""
    if status == OVERDUE:
        return on is not None and is_unanswered(state, on)
    if status == NOT_ENDED:
        return state.status not in ENDED
    if status == TO_INVOICE:
        return state.status == "delivered" and left(state) > 0
    return state.status == status


def stream(number: str) -> str:
    """The stream of an order's facts; its first version makes order numbers unique."""
    return f"order/{number}"


def named(given: Given, number: str) -> State:
    """The one that somebody names. Raises NotFound."""
    state: State = found(given.find, "order", number)
    return state
