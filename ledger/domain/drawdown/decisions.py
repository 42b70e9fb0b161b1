"""The drawdown: an invoice or a credit against orders of one agreement, and its approval.

An invoice is never refused for the cap's sake. It has arrived, so it is recorded; what exceeds
its order or a limit is flagged, and a person decides.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from ledger.bounds import MAX_AMOUNT
from ledger.domain import agreement, order
from ledger.domain.events import (
    NOBODY,
    AgreementEvent,
    Allocation,
    By,
    DrawdownApproved,
    DrawdownCredited,
    DrawdownEvent,
    DrawdownRecorded,
    DrawdownRejected,
    Event,
    LineAmount,
    New,
    OrderCredited,
    OrderDrawn,
    OrderEvent,
    OrderInvoiced,
    OrderInvoiceWithdrawn,
    Room,
    Source,
)
from ledger.domain.position import add_lines, by_line, draw, give_back, left_by_line, reduce_lines
from ledger.domain.refusals import (
    Amount,
    CreditTooLarge,
    CurrencyDiffers,
    DuplicateInvoice,
    Fault,
    FourEyes,
    Invalid,
    NotUnderAgreement,
    OrderEnded,
    RoomNotChosen,
    SupplierDiffers,
    WrongStatus,
)

Status = Literal["recorded", "approved", "rejected", "reversed"]
CREDIT_NOTE = "381"
Orders = Mapping[str, order.State]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A drawdown as its facts so far make it. `amount` and `credited` in öre, excluding VAT."""

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
    recorded_by: str
    vat: int | None = None
    due_on: date | None = None
    credits: str | None = None
    room: Room | None = None
    text: str = ""
    source: Source | None = None
    flags: tuple[str, ...] = ()
    status: Status = "recorded"
    decided_by: str = ""
    decided_on: date | None = None
    reason: str = ""
    credited: int = 0
    credited_lines: tuple[Allocation, ...] = ()

    @property
    def is_credit(self) -> bool:
        return self.amount < 0

    @property
    def orders(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.order for part in self.allocations))


def evolve(state: State | None, event: DrawdownEvent, on: date, by: By) -> State:
    """The state after a fact. Never refuses: rules live in the decisions."""
    if isinstance(event, DrawdownRecorded):
        return State(
            id=event.id,
            agreement=event.agreement,
            supplier=event.supplier,
            buyer=event.buyer,
            invoice=event.invoice,
            type=event.type,
            issued_on=event.issued_on,
            currency=event.currency,
            amount=event.amount,
            allocations=event.allocations,
            recorded_by=by.person,
            vat=event.vat,
            due_on=event.due_on,
            credits=event.credits,
            room=event.room,
            text=event.text,
            source=event.source,
            flags=event.flags,
        )
    assert state is not None, "a drawdown's first fact is its recording"
    match event:
        case DrawdownApproved():
            return replace(
                state,
                status="approved",
                decided_by=by.person,
                decided_on=on,
                room=event.room or state.room,
                reason=event.note,
            )
        case DrawdownRejected():
            return replace(
                state, status="rejected", decided_by=by.person, decided_on=on, reason=event.reason
            )
        case DrawdownCredited():
            credited = state.credited + event.amount
            return replace(
                state,
                credited=credited,
                credited_lines=(*state.credited_lines, *event.lines),
                status="reversed" if credited >= state.amount else state.status,
            )
        case _:
            assert_never(event)


# ── Commands ──────────────────────────────────────────────────────────────────────────────────


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an invoice as somebody names it; without a line it draws the order's in turn."""

    order: str
    amount: int
    line: int | None = None


class RecordDrawdown(msgspec.Struct, frozen=True, kw_only=True):
    """Record an invoice (amounts positive) or a credit (negative), in öre excluding VAT.

    A credit note (381) counts negative whichever way its amounts are written.
    """

    agreement: str
    supplier: str
    invoice: str
    issued_on: date
    type: str
    currency: str
    amount: int
    parts: tuple[Part, ...]
    vat: int | None = None
    due_on: date | None = None
    credits: str | None = None
    room: Room | None = None
    text: str = ""
    source: Source | None = None


class ApproveDrawdown(msgspec.Struct, frozen=True, kw_only=True):
    drawdown: str
    on: date
    room: Room | None = None
    note: str = ""


class RejectDrawdown(msgspec.Struct, frozen=True, kw_only=True):
    drawdown: str
    on: date
    reason: str


# ── Identity ──────────────────────────────────────────────────────────────────────────────────


def identity(supplier: str, invoice: str, issued_on: date, type: str) -> str:
    """One invoice is one id, however often it arrives: supplier, number, issue date, type.

    Case and spaces do not make another invoice. What is not safe in an address is written ~XX.
    """
    plain = "".join(invoice.upper().split())
    safe = "".join(
        c
        if c.isascii() and (c.isalnum() or c in "-_")
        else "".join(f"~{b:02X}" for b in c.encode())
        for c in plain
    )
    return f"{supplier}.{safe}.{issued_on.isoformat()}.{type}"


def stream(id: str) -> str:
    return f"drawdown/{id}"


# ── Decisions ─────────────────────────────────────────────────────────────────────────────────


def record(
    command: RecordDrawdown,
    existing: State | None,
    of: agreement.State,
    orders: Orders,
    credited: State | None,
    today: date,
) -> list[New]:
    """Raises DuplicateInvoice, CurrencyDiffers, SupplierDiffers, NotUnderAgreement, Invalid."""
    command = _with_sign(command)
    id = identity(command.supplier, command.invoice, command.issued_on, command.type)
    if existing is not None:
        raise DuplicateInvoice(
            invoice=existing.invoice,
            issued_on=existing.issued_on,
            supplier=existing.supplier,
            drawdown=existing.id,
            status=existing.status,
        )
    _check_invoice(command, of, orders)
    if credited is not None:
        _check_credit(-command.amount, credited)
    allocations = _allocate(command, orders, credited)
    facts: list[New] = []
    flags: list[str] = []
    for name, lines in _by_order(allocations).items():
        state = orders[name]
        flags += _order_flags(state, lines, command.amount)
        if command.amount >= 0:
            event = OrderInvoiced(drawdown=id, lines=lines)
            moved = order.with_moves(state, of, event, command.issued_on, "invoiced", id)
            flags += _limit_flags(of, moved, today)
            of = _after(of, moved)
            facts += moved
    recorded = DrawdownRecorded(
        id=id,
        agreement=of.number,
        supplier=command.supplier,
        buyer=orders[allocations[0].order].buyer,
        invoice=command.invoice,
        type=command.type,
        issued_on=command.issued_on,
        currency=command.currency,
        amount=command.amount,
        allocations=allocations,
        vat=command.vat,
        due_on=command.due_on,
        credits=command.credits,
        room=command.room,
        text=command.text,
        source=command.source,
        flags=tuple(dict.fromkeys(flags)),
    )
    return [New(stream(id), recorded, command.issued_on), *facts]


def approve(
    command: ApproveDrawdown,
    state: State,
    of: agreement.State,
    orders: Orders,
    credited: State | None,
    by: By,
) -> list[New]:
    """The invoice counts from its issue date. Raises FourEyes, WrongStatus, RoomNotChosen,
    OrderEnded, CreditTooLarge."""
    _require(state, "recorded", "approve")
    _four_eyes(state, by)
    facts = [
        New(stream(state.id), DrawdownApproved(room=command.room, note=command.note), command.on)
    ]
    room = command.room or state.room
    if state.is_credit:
        if room is None:
            raise RoomNotChosen(drawdown=state.id)
        if credited is not None:
            _check_credit(-state.amount, credited)
            event = DrawdownCredited(
                credit=state.id,
                amount=-state.amount,
                lines=tuple(replace(part, amount=-part.amount) for part in state.allocations),
            )
            facts.append(New(stream(credited.id), event, command.on))
    for name, lines in _by_order(state.allocations).items():
        change: OrderEvent = OrderDrawn(drawdown=state.id, lines=lines)
        if state.is_credit and room is not None:
            change = _credit(state.id, orders[name], lines, room)
        cause = "credited" if state.is_credit else "drawn"
        moved = order.with_moves(orders[name], of, change, state.issued_on, cause, state.id)
        of = _after(of, moved)
        facts += moved
    return facts


def reject(
    command: RejectDrawdown, state: State, of: agreement.State, orders: Orders, by: By
) -> list[New]:
    """What the invoice held is as before it came. Raises FourEyes, WrongStatus."""
    _require(state, "recorded", "reject")
    _four_eyes(state, by)
    facts = [New(stream(state.id), DrawdownRejected(reason=command.reason), command.on)]
    if state.is_credit:
        return facts
    for name, lines in _by_order(state.allocations).items():
        event = OrderInvoiceWithdrawn(drawdown=state.id, lines=lines)
        moved = order.with_moves(orders[name], of, event, command.on, "invoice-rejected", state.id)
        of = _after(of, moved)
        facts += moved
    return facts


# ── Parts of the decisions ────────────────────────────────────────────────────────────────────


def _with_sign(command: RecordDrawdown) -> RecordDrawdown:
    """A credit note's amounts, negative, whichever way they are written."""
    if command.type != CREDIT_NOTE or command.amount < 0:
        return command
    return replace(
        command,
        amount=-command.amount,
        vat=None if command.vat is None else -command.vat,
        parts=tuple(replace(part, amount=-part.amount) for part in command.parts),
    )


def _check_invoice(command: RecordDrawdown, of: agreement.State, orders: Orders) -> None:
    faults = []
    if sum(part.amount for part in command.parts) != command.amount:
        faults.append(
            Fault(pointer="/lines", sentence="The lines do not add up to the invoice's amount.")
        )
    if command.amount == 0:
        faults.append(Fault(pointer="/amount", sentence="The amount must not be 0."))
    if abs(command.amount) > MAX_AMOUNT:
        faults.append(Fault(pointer="/amount", sentence="The amount is absurdly large."))
    for i, part in enumerate(command.parts):
        lines = {line.number for line in orders[part.order].lines}
        if part.line is not None and part.line not in lines:
            faults.append(
                Fault(
                    pointer=f"/lines/{i}/line",
                    sentence="{order} has no line {line}.",
                    figures={"order": part.order, "line": str(part.line)},
                )
            )
    if faults:
        raise Invalid(*faults)
    if command.currency != of.currency:
        raise CurrencyDiffers(currency=command.currency, agreement=of.number, expected=of.currency)
    for state in orders.values():
        if state.agreement != of.number:
            raise NotUnderAgreement(order=state.number, agreement=of.number)
        if state.supplier != command.supplier:
            raise SupplierDiffers(
                supplier=command.supplier, order=state.number, expected=state.supplier
            )


def _check_credit(asked: int, credited: State) -> None:
    """Raises WrongStatus unless the credited invoice is approved, CreditTooLarge past its rest."""
    if credited.status not in ("approved", "reversed"):
        raise WrongStatus(
            name=credited.id, status=credited.status, action="credit", needed="approved"
        )
    left = credited.amount - credited.credited
    if asked > left:
        raise CreditTooLarge(
            asked=Amount(asked, credited.currency),
            drawdown=credited.id,
            left=Amount(left, credited.currency),
        )


def _allocate(
    command: RecordDrawdown, orders: Orders, credited: State | None
) -> tuple[Allocation, ...]:
    """Every part at a line. Bare amounts draw lines in turn; bare credits mirror what they credit.

    Rules: a credit negates the stored split of its invoice and is never split anew.
    """
    parts: list[Allocation] = []
    left = {name: left_by_line(order.holding(state)) for name, state in orders.items()}
    for part in command.parts:
        open_lines = left[part.order]
        if part.line is not None:
            lines: tuple[LineAmount, ...] = (LineAmount(line=part.line, amount=part.amount),)
        elif part.amount >= 0:
            lines = draw(open_lines, part.amount)
        else:
            lines = give_back(_to_credit(orders[part.order], credited), -part.amount)
        for piece in lines:
            parts.append(Allocation(order=part.order, line=piece.line, amount=piece.amount))
            open_lines[piece.line] = max(0, open_lines.get(piece.line, 0) - piece.amount)
    return tuple(parts)


def _to_credit(state: order.State, credited: State | None) -> dict[int, int]:
    """What can be credited, by line: of the credited invoice, or of all that is drawn."""
    lines = {line.number: 0 for line in state.lines}
    if credited is None:
        return {**lines, **by_line(state.drawn)}
    for sign, parts in ((1, credited.allocations), (-1, credited.credited_lines)):
        for part in parts:
            if part.order == state.number:
                lines[part.line] = lines.get(part.line, 0) + sign * part.amount
    return lines


def _by_order(allocations: tuple[Allocation, ...]) -> dict[str, tuple[LineAmount, ...]]:
    orders: dict[str, tuple[LineAmount, ...]] = {}
    for part in allocations:
        line = LineAmount(line=part.line, amount=part.amount)
        orders[part.order] = add_lines(orders.get(part.order, ()), (line,))
    return orders


def _order_flags(state: order.State, lines: tuple[LineAmount, ...], amount: int) -> list[str]:
    flags = []
    total = sum(line.amount for line in lines)
    if state.status in order.UNANSWERED:
        flags.append("order-not-confirmed")
    room = 0 if state.status in ("declined", "closed") else state.amount - state.invoiced
    if amount >= 0:
        if state.status in order.ENDED and room <= 0:
            flags.append("order-ended")
        if total > max(0, room):
            flags.append("exceeds-order")
    elif -total > sum(part.amount for part in state.drawn):
        flags.append("exceeds-invoiced")
    return flags


def _limit_flags(of: agreement.State, moved: list[New], today: date) -> list[str]:
    moves = [m for new in moved for m in getattr(new.event, "moves", ())]
    days = [new.effective_on for new in moved[:1]]
    passed = agreement.limits_passed(of, moves, (*days, today))
    return [f"over-limit:{limit.limit}" for limit in passed]


def _after(of: agreement.State, facts: list[New]) -> agreement.State:
    """The agreement after its own among the facts, for the next order of the same invoice."""
    for new in facts:
        if new.stream == agreement.stream(of.number):
            of = agreement.evolve(of, _agreement_event(new.event), new.effective_on, NOBODY)
    return of


def _agreement_event(event: Event) -> AgreementEvent:
    assert isinstance(event, AgreementEvent)
    return event


def _credit(
    id: str, state: order.State, lines: tuple[LineAmount, ...], room: Room
) -> OrderCredited:
    """Back to the order: its lines stay as they are. Back to the cap: they count for less."""
    if state.status in order.ENDED:
        if room == "order":
            raise OrderEnded(order=state.number, status=state.status)
        if state.status != "cancelled":
            return OrderCredited(drawdown=id, lines=lines, room=room)
    reduced = reduce_lines(order.holding(state), lines) if room == "cap" else ()
    return OrderCredited(drawdown=id, lines=lines, room=room, reduced=reduced)


def _require(state: State, status: Status, action: str) -> None:
    if state.status != status:
        raise WrongStatus(name=state.id, status=state.status, action=action, needed=status)


def _four_eyes(state: State, by: By) -> None:
    if by.person == state.recorded_by:
        raise FourEyes(drawdown=state.id)
