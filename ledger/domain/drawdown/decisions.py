"""What may happen to a drawdown, and why.

An invoice is never refused for the cap's sake. It has arrived, so it is recorded; what exceeds
its order or a limit is flagged, and a person decides.
"""

from datetime import date

from msgspec.structs import replace

from ledger.domain import agreement, order, organisation
from ledger.domain.drawdown.allocation import allocate, by_order, code_string, with_sign
from ledger.domain.drawdown.attesting import mandate_of
from ledger.domain.drawdown.commands import (
    ApproveDrawdown,
    Part,
    RecordDrawdown,
    RejectDrawdown,
)
from ledger.domain.drawdown.eligibility import not_eligible_flags, used_facts, with_funding
from ledger.domain.drawdown.faults import (
    check_credit,
    check_credited,
    check_invoice,
    check_parts,
    date_faults,
    passing,
)
from ledger.domain.drawdown.state import Orders, State, identity, named, stream
from ledger.domain.events import (
    NOBODY,
    AgreementEvent,
    Allocation,
    DrawdownApproved,
    DrawdownCredited,
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
)
from ledger.domain.funding import negated_funded
from ledger.domain.given import Given
from ledger.domain.position import reduce_lines
from ledger.domain.refusals import DatedAhead, DuplicateInvoice, OrderEnded, RoomNotChosen
from ledger.domain.sharing import negated


def record(command: RecordDrawdown, state: agreement.State, given: Given) -> list[New]:
    """It draws its orders' lines and waits for approval; what it exceeds becomes its flags, and
    the earlier years that it belongs to.

    Raises DuplicateInvoice, Invalid, CurrencyDiffers, NotUnderAgreement, SupplierDiffers; of a
    credit that names its invoice also NotFound, WrongStatus, CreditTooLarge.
    """
    of, command = state, with_sign(command)
    id = identity(command.supplier, command.invoice, command.issued_on, command.type)
    existing: State | None = given.find(stream(id))
    orders = {part.order: order.named(given, part.order) for part in command.parts}
    credited = named(given, command.credits) if command.credits else None
    if existing is not None:
        raise DuplicateInvoice(
            invoice=existing.invoice,
            issued_on=existing.issued_on,
            supplier=existing.supplier,
            drawdown=existing.id,
            status=existing.status,
        )
    check_invoice(command, of, orders, date_faults(command, given.today))
    if command.issued_on > given.today:
        raise DatedAhead(invoice=command.invoice, issued_on=command.issued_on, today=given.today)
    if credited is not None:
        check_credited(command, of, credited)
        check_credit(-command.amount, credited)
    allocations = allocate(command.parts, orders, credited)
    if credited is not None:
        check_parts(allocations, orders, credited)
    allocations = with_funding(allocations, command.issued_on, of, orders, credited)
    facts: list[New] = []
    flags: list[str] = []
    for name, lines in by_order(allocations).items():
        drawn = orders[name]
        flags += _order_flags(drawn, lines, command.amount)
        years = order.earlier_years(drawn, lines, command.issued_on)
        flags += [f"accrual:{year}" for year in years]
        if command.amount >= 0:
            event = OrderInvoiced(drawdown=id, lines=lines)
            moved = order.with_moves(drawn, of, event, command.issued_on, "invoiced", id)
            flags += _limit_flags(of, moved, given.today)
            of = _after(of, moved)
            facts += moved
    if command.amount >= 0:
        flags += not_eligible_flags(allocations)
        facts += used_facts(of, id, allocations, command.issued_on)
    buyer = orders[allocations[0].order].buyer
    recorded = _recorded(command, id, of.number, buyer, allocations, tuple(dict.fromkeys(flags)))
    return [New(stream(id), recorded, command.issued_on), *facts]


def _recorded(
    command: RecordDrawdown,
    id: str,
    number: str,
    buyer: str,
    allocations: tuple[Allocation, ...],
    flags: tuple[str, ...],
) -> DrawdownRecorded:
    return DrawdownRecorded(
        id=id,
        agreement=number,
        supplier=command.supplier,
        buyer=buyer,
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
        flags=flags,
    )


def approve(command: ApproveDrawdown, state: State, given: Given) -> list[New]:
    """The invoice counts from its issue date.

    The approver has a right both on its own day and today. Raises MayNotAttest, RoomNotChosen,
    OrderEnded, CreditTooLarge; of the credited invoice WrongStatus.
    """
    of = agreement.named(given, state.agreement)
    orders = {name: order.named(given, name) for name in state.orders}
    credited = named(given, state.credits) if state.credits else None
    rules = organisation.named(given, state.buyer)
    room = command.room or state.room
    if state.is_credit and room is None:
        raise RoomNotChosen(drawdown=state.id)
    recorded, state = state, fitted(state, of, orders, credited)
    approved = _approved(command, recorded, state, orders, rules, given)
    facts = [New(stream(state.id), approved, command.on)]
    if credited is not None:
        check_credit(-state.amount, credited)
        facts.append(New(stream(credited.id), _taken_back(state), command.on))
    for name, lines in by_order(state.allocations).items():
        change: OrderEvent = OrderDrawn(drawdown=state.id, lines=lines)
        if state.is_credit and room is not None:
            change = _credit(state.id, orders[name], lines, room)
        cause = "credited" if state.is_credit else "drawn"
        moved = order.with_moves(orders[name], of, change, state.issued_on, cause, state.id)
        of = _after(of, moved)
        facts += moved
    if state.is_credit:
        facts += used_facts(of, state.id, state.allocations, state.issued_on)
    return facts


def _taken_back(credit: State) -> DrawdownCredited:
    """What an approved credit takes back of its invoice."""
    lines = (
        replace(
            part,
            amount=-part.amount,
            shares=negated(part.shares),
            funded=negated_funded(part.funded),
        )
        for part in credit.allocations
    )
    return DrawdownCredited(credit=credit.id, amount=-credit.amount, lines=tuple(lines))


def fitted(state: State, of: agreement.State, orders: Orders, credited: State | None) -> State:
    """A credit at what its invoice has left now: others that waited beside it were approved."""
    if credited is None or not any(passing(state.allocations, orders, credited)):
        return state
    parts = [
        Part(order=name, amount=sum(line.amount for line in lines))
        for name, lines in by_order(state.allocations).items()
    ]
    check_credit(-state.amount, credited)
    allocations = allocate(parts, orders, credited)
    check_parts(allocations, orders, credited)
    return replace(
        state, allocations=with_funding(allocations, state.issued_on, of, orders, credited)
    )


def _approved(
    command: ApproveDrawdown,
    recorded: State,
    state: State,
    orders: Orders,
    rules: organisation.State | None,
    given: Given,
) -> DrawdownApproved:
    days = (command.on, given.today)
    mandate = mandate_of(state, orders, rules, given.by.person, days)
    now = tuple(code_string(orders[part.order], part.line) for part in state.allocations)
    same = now == tuple(part.code_string for part in state.allocations)
    anew = () if state.allocations == recorded.allocations else state.allocations
    return DrawdownApproved(
        room=command.room,
        note=command.note,
        right=None if mandate is None else mandate.right.number,
        deputy_for=None if mandate is None else mandate.deputy_for,
        code_strings=() if same else now,
        allocations=anew,
    )


def reject(command: RejectDrawdown, state: State, given: Given) -> list[New]:
    """What the invoice held is as before it came, for every day: a wrong date leaves no trace."""
    of = agreement.named(given, state.agreement)
    orders = {name: order.named(given, name) for name in state.orders}
    facts = [New(stream(state.id), DrawdownRejected(reason=command.reason), command.on)]
    if state.is_credit:
        return facts
    for name, lines in by_order(state.allocations).items():
        event = OrderInvoiceWithdrawn(drawdown=state.id, lines=lines)
        since = orders[name].waits_since(state.id)
        cause = "invoice-rejected"
        moved = order.with_moves(orders[name], of, event, command.on, cause, state.id, since)
        of = _after(of, moved)
        facts += moved
    return [*facts, *used_facts(of, state.id, state.allocations, state.issued_on, -1)]


def _order_flags(state: order.State, lines: tuple[LineAmount, ...], amount: int) -> list[str]:
    flags = []
    total = sum(line.amount for line in lines)
    if state.status in order.UNANSWERED:
        flags.append("order-not-confirmed")
    room = 0 if state.status in order.RELEASED else state.amount - state.invoiced
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
    """Back to the order: its lines stay as they are. Back to the cap: they count for less, and so
    do those of an open counter-offer, whichever comes to hold."""
    if state.status in order.ENDED:
        if room == "order":
            raise OrderEnded(order=state.number, status=state.status)
        if state.status != "cancelled":
            return OrderCredited(drawdown=id, lines=lines, room=room)
    if room == "order":
        return OrderCredited(drawdown=id, lines=lines, room=room)
    own = replace(state, counter=None)
    offered: tuple[LineAmount, ...] = ()
    if state.counter is not None:
        offered = reduce_lines(order.holding(replace(own, lines=state.counter.lines)), lines)
    reduced = reduce_lines(order.holding(own), lines)
    return OrderCredited(
        drawdown=id, lines=lines, room=room, reduced=reduced, offer_reduced=offered
    )
