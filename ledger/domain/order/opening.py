"""Opening balances: what was ordered and invoiced before an agreement was taken into the ledger.

An opening balance is of an order, as an invoice is, so that every figure, limit, share and way back
holds for it; no invoice of it is here. What is not told order by order is one order of its own,
which has ended. Whoever carries a balance over did not order then: turns and competitions are not
asked about, limits are.
"""

from collections.abc import Iterable
from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.domain import agreement, organisation
from ledger.domain.events import (
    NOBODY,
    AgreementEvent,
    LineAmount,
    New,
    OpeningBalanceRecorded,
    OpeningBalanceTakenBack,
    OrderClosed,
    OrderConfirmed,
    OrderEvent,
    OrderPlaced,
    RoomMoved,
    RoomReserved,
    Source,
)
from ledger.domain.given import Given
from ledger.domain.limits import Move, refuse_if_passed
from ledger.domain.numbering import order_number
from ledger.domain.order.commands import LineTerms
from ledger.domain.order.evolve import evolve
from ledger.domain.order.faults import check_buyer, check_term, refuse, written_lines
from ledger.domain.order.room import (
    over_limit_flags,
    with_moves,
    with_moves_told_anew,
)
from ledger.domain.order.state import RELEASED, State, holding, stream
from ledger.domain.position import (
    by_line,
    invoiced_by_organisation,
    moves,
    ordered,
    share_lines,
)
from ledger.domain.refusals import Fault, OpeningBalanceThere

OPENING = "opening-balance"
"""The flag of what is not said by any invoice here."""


class RecordOpeningBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What was ordered of a supplier, and invoiced, before the agreement was taken into the ledger,
    as of a day: amounts in öre, excluding VAT.

    `what` says what it was for, `evidence` what says so. What passes a hard limit is refused, but
    where it is said to be recorded `beyond`: then it is flagged, as an invoice is that has come.
    """

    agreement: str
    buyer: str
    supplier: str
    what: str
    lines: tuple[LineTerms, ...]
    on: date
    evidence: str
    unit: str = ""
    source: Source | None = None
    beyond: bool = False


class RecordInvoicedBefore(msgspec.Struct, frozen=True, kw_only=True):
    """The same of an order that is here: what was invoiced of its lines, by their numbers."""

    order: str
    lines: tuple[LineAmount, ...]
    on: date
    evidence: str
    source: Source | None = None
    beyond: bool = False


class TakeBackOpeningBalance(msgspec.Struct, frozen=True, kw_only=True):
    """It was wrong: the order is as if it had never been recorded. It may then be recorded anew."""

    order: str
    on: date
    reason: str


def record_opening(
    command: RecordOpeningBalance, state: agreement.State, given: Given
) -> list[New]:
    """An order that has ended, with its opening balance; of the term's last day at the latest.

    Raises Invalid, AgreementNotOpen, NotEntitled, NotAParty, OutsideTerm, CapExceeded.
    """
    day = min(command.on, state.ends_on)
    event = _ordered(command, state, day, given)
    placed = evolve(None, event, day, given.by)
    moved = moves(None, holding(placed))
    flags = _passed(state, moved, day, beyond=command.beyond)
    reserved = RoomReserved(order=event.number, sequence=state.orders + 1, moves=moved)
    of, facts = state, [New(stream(event.number), replace(event, flags=flags), day)]
    facts += agreement.move_room(of, reserved, day)
    of = _after(of, facts)
    confirmed = with_moves(placed, of, OrderConfirmed(letter=command.evidence), day, "confirmed")
    placed, of = _with(placed, confirmed), _after(of, confirmed)
    lines = tuple(LineAmount(line=line.number, amount=line.amount) for line in event.lines)
    opened = _opened(placed, of, lines, command)
    placed, of = _with(placed, opened), _after(of, opened)
    closed = with_moves(placed, of, OrderClosed(released=0), command.on, "closed")
    return [*facts, *confirmed, *opened, *closed]


def _ordered(
    command: RecordOpeningBalance, of: agreement.State, day: date, given: Given
) -> OrderPlaced:
    code_map = organisation.code_map(given, command.buyer, day)
    lines, faults = written_lines(command.lines, day, code_map)
    if command.supplier not in {one.organisation for one in agreement.suppliers_on(of, day)}:
        sentence = "{supplier} is no supplier of {agreement}."
        figures = {"supplier": command.supplier, "agreement": of.number}
        faults.append(Fault(pointer="/supplier", sentence=sentence, figures=figures))
    refuse(faults)
    agreement.require_open(of)
    check_buyer(of, command.buyer, given, day)
    check_term(of, day, None, day)
    return OrderPlaced(
        agreement=of.number,
        number=order_number(of.number, of.orders + 1),
        buyer=command.buyer,
        supplier=command.supplier,
        currency=of.currency,
        course=command.what,
        lines=lines,
        ordered_on=day,
        unit=command.unit,
        counts_seats=True,
    )


def record_invoiced_before(command: RecordInvoicedBefore, state: State, given: Given) -> list[New]:
    """It draws the order's lines as approved invoices do. What is beyond them takes room, and is
    refused where there is none. Raises Invalid, OpeningBalanceThere, CapExceeded."""
    if state.opening is not None:
        raise OpeningBalanceThere(order=state.number)
    known = {line.number for line in state.lines}
    faults = [
        Fault(pointer=f"/lines/{i}/line", sentence="The order has no such line.")
        for i, one in enumerate(command.lines)
        if one.line not in known
    ]
    faults += [
        Fault(pointer=f"/lines/{i}/amount", sentence="An opening balance is above 0.")
        for i, one in enumerate(command.lines)
        if one.amount <= 0
    ]
    refuse(faults)
    of = agreement.named(given, state.agreement)
    return _opened(state, of, command.lines, command)


def _opened(
    state: State,
    of: agreement.State,
    lines: tuple[LineAmount, ...],
    command: RecordOpeningBalance | RecordInvoicedBefore,
) -> list[New]:
    event = OpeningBalanceRecorded(
        lines=_shared(state, lines), evidence=command.evidence, source=command.source
    )
    facts = with_moves(state, of, event, command.on, OPENING)
    moved = [one for new in facts if isinstance(new.event, RoomMoved) for one in new.event.moves]
    passed = _passed(of, moved, state.counts_from(command.on), beyond=command.beyond)
    flags = (OPENING, *_beyond_order(state, lines), *passed)
    return [replace(facts[0], event=replace(facts[0].event, flags=flags)), *facts[1:]]


def _shared(state: State, lines: tuple[LineAmount, ...]) -> tuple[LineAmount, ...]:
    """Who carries it, by the order's own split."""
    held = holding(state)
    if held.split is None:
        return lines
    taken = invoiced_by_organisation(held)
    shares = share_lines((one.amount for one in lines), held.split, taken, held.least)
    return tuple(replace(line, shares=its) for line, its in zip(lines, shares, strict=True))


def _beyond_order(state: State, lines: tuple[LineAmount, ...]) -> tuple[str, ...]:
    room = 0 if state.status in RELEASED else ordered(state.lines)
    room -= sum(by_line((*state.drawn, *state.pending)).values())
    return ("exceeds-order",) if sum(one.amount for one in lines) > max(0, room) else ()


def _passed(
    of: agreement.State, moved: Iterable[Move], on: date, *, beyond: bool
) -> tuple[str, ...]:
    """The flags of limits that are passed. Raises CapExceeded of a hard one, unless it is said to
    be recorded beyond it: what was paid is paid, and is never passed unseen."""
    hard, soft = agreement.limits_passed(of, tuple(moved), on)
    if not beyond:
        refuse_if_passed(hard)
    return over_limit_flags(tuple(over.limit for over in (*hard, *soft)))


def take_back_opening(command: TakeBackOpeningBalance, state: State, given: Given) -> list[New]:
    """From its own day on, as if it had never been there."""
    opening = state.opening
    assert opening is not None, "asked of what has one alone"
    of = agreement.named(given, state.agreement)
    event = OpeningBalanceTakenBack(lines=opening.lines, reason=command.reason)
    return with_moves_told_anew(state, of, event, command.on, "opening-balance-taken-back")


def _after(of: agreement.State, facts: Iterable[New]) -> agreement.State:
    """The agreement after its own among the facts."""
    for new in facts:
        if isinstance(new.event, AgreementEvent):
            of = agreement.evolve(of, new.event, new.effective_on, NOBODY)
    return of


def _with(state: State, facts: Iterable[New]) -> State:
    """The order after its own among the facts."""
    for new in facts:
        if isinstance(new.event, OrderEvent):
            state = evolve(state, new.event, new.effective_on, NOBODY)
    return state
