"""What may happen to a drawdown, and why.

An invoice is never refused for the cap's sake. It has arrived, so it is recorded; what exceeds
its order or a limit is flagged, and a person decides.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from ledger.domain import agreement, order, organisation
from ledger.domain.drawdown.allocation import allocate, by_order, code_string, with_sign
from ledger.domain.drawdown.attesting import mandate_of
from ledger.domain.drawdown.commands import (
    ApproveDrawdown,
    Part,
    RecordDrawdown,
    RejectDrawdown,
    WithdrawDrawdown,
)
from ledger.domain.drawdown.eligibility import used_facts, with_funding
from ledger.domain.drawdown.faults import (
    check_credit,
    check_credited,
    check_invoice,
    check_parts,
    date_faults,
    passing,
)
from ledger.domain.drawdown.flags import limit_flags
from ledger.domain.drawdown.identity import Identified, double_flags, identified
from ledger.domain.drawdown.moving import after, give_back, hold
from ledger.domain.drawdown.state import Orders, State, named, stream
from ledger.domain.events import (
    Allocation,
    DrawdownApproved,
    DrawdownCredited,
    DrawdownRecorded,
    DrawdownRejected,
    DrawdownWithdrawn,
    LineAmount,
    New,
    OrderCredited,
    OrderDrawn,
    OrderEvent,
    Room,
)
from ledger.domain.funding import negated_funded
from ledger.domain.given import Given
from ledger.domain.position import reduce_lines
from ledger.domain.refusals import DatedAhead, OrderEnded, RoomNotChosen
from ledger.domain.sharing import negated


def record(command: RecordDrawdown, state: agreement.State, given: Given) -> list[New]:
    """It draws its orders' lines and waits for approval; what it exceeds becomes its flags, and
    the earlier years that it belongs to.

    Raises DuplicateInvoice, InvoiceDiffers, Invalid, CurrencyDiffers, NotUnderAgreement,
    SupplierDiffers; of a credit that names its invoice also NotFound, WrongStatus, CreditTooLarge.
    """
    of, command = state, with_sign(command)
    orders = {part.order: order.named(given, part.order) for part in command.parts}
    credited = named(given, command.credits) if command.credits else None
    anew = identified(command, given)
    id = anew.id
    check_invoice(command, of, orders, date_faults(command, given.today))
    if command.issued_on > given.today:
        raise DatedAhead(invoice=command.invoice, issued_on=command.issued_on, today=given.today)
    if credited is not None:
        check_credited(command, of, credited)
        check_credit(-command.amount, credited)
    days = (command.issued_on, command.issued_on)
    held = hold(id, command.parts, command.amount, days, of, orders, credited)
    buyer = orders[held.allocations[0].order].buyer
    flags = (*command.flags, *held.flags, *double_flags(command, buyer, given))
    recorded = _recorded(command, anew, of.number, buyer, held.allocations, flags)
    return [
        New(stream(id), recorded, command.issued_on),
        *anew.tied(command.issued_on),
        *held.facts,
    ]


def _recorded(
    command: RecordDrawdown,
    anew: Identified,
    number: str,
    buyer: str,
    allocations: tuple[Allocation, ...],
    flags: Iterable[str],
) -> DrawdownRecorded:
    return DrawdownRecorded(
        id=anew.id,
        anew_of=None if anew.first is None else anew.first.id,
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
        flags=tuple(dict.fromkeys(flags)),
    )


def withdraw(command: WithdrawDrawdown, state: State, given: Given) -> list[New]:
    """What the invoice held is as before it came, and its number is free again."""
    of = agreement.named(given, state.agreement)
    gone = give_back(state, of, given, command.on, "invoice-withdrawn")
    event = DrawdownWithdrawn(reason=command.reason, flags=gone.flags)
    return [New(stream(state.id), event, command.on), *gone.facts]


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
    facts: list[New] = []
    flags: list[str] = []
    if credited is not None:
        check_credit(-state.amount, credited)
        facts.append(New(stream(credited.id), _taken_back(state), command.on))
    for name, lines in by_order(state.allocations).items():
        change: OrderEvent = OrderDrawn(drawdown=state.id, lines=lines)
        if state.is_credit and room is not None:
            change = _credit(state.id, orders[name], lines, room)
        cause = "credited" if state.is_credit else "drawn"
        moved = order.with_moves(orders[name], of, change, state.issued_on, cause, state.id)
        flags += limit_flags(of, moved)
        of = after(of, moved)
        facts += moved
    if state.is_credit:
        facts += used_facts(of, state.id, state.allocations, state.issued_on)
    approved = replace(approved, flags=tuple(dict.fromkeys(flags)))
    return [New(stream(state.id), approved, command.on), *facts]


def _taken_back(credit: State) -> DrawdownCredited:
    """What an approved credit takes back of its invoice."""
    lines = (
        replace(
            part,
            amount=-part.amount,
            shares=negated(part.shares),
            funded=negated_funded(part.funded),
            fees=negated(part.fees),
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
    gone = give_back(state, of, given, command.on, "invoice-rejected")
    event = DrawdownRejected(reason=command.reason, flags=gone.flags)
    return [New(stream(state.id), event, command.on), *gone.facts]


def _credit(
    id: str, state: order.State, lines: tuple[LineAmount, ...], room: Room
) -> OrderCredited:
    """Back to the order: its lines stay as they are. Back to the cap: they count for less, and so
    do those of an open counter-offer, whichever comes to hold, and those of a closed order, which
    may be opened again."""
    if state.status in order.ENDED:
        if room == "order":
            raise OrderEnded(order=state.number, status=state.status)
        if state.status not in ("cancelled", "closed"):
            return OrderCredited(drawdown=id, lines=lines, room=room)
    if room == "order":
        return OrderCredited(drawdown=id, lines=lines, room=room)
    own = replace(state, counter=None, status=state.closed_from or state.status)
    offered: tuple[LineAmount, ...] = ()
    if state.counter is not None:
        offered = reduce_lines(order.holding(replace(own, lines=state.counter.lines)), lines)
    reduced = reduce_lines(order.holding(own), lines)
    return OrderCredited(
        drawdown=id, lines=lines, room=room, reduced=reduced, offer_reduced=offered
    )
