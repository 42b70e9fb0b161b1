"""What may happen to a drawdown, and why.

An invoice is never refused for the cap's sake. It has arrived, so it is recorded; what exceeds
its order or a limit is flagged, and a person decides.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from ledger.domain import agreement, order, organisation
from ledger.domain.drawdown.advances import (
    NO_ADVANCES,
    after_flags,
    named_advances,
    orders_of,
    require_apart,
    require_approvable,
    told,
    untold,
)
from ledger.domain.drawdown.after import after, orders_after
from ledger.domain.drawdown.allocation import PREPAYMENT, allocate, booked_as, by_order, with_sign
from ledger.domain.drawdown.attesting import decides_for, mandate_of, rules_of
from ledger.domain.drawdown.commands import (
    ApproveDrawdown,
    Part,
    RecordDrawdown,
    RejectDrawdown,
    WithdrawDrawdown,
)
from ledger.domain.drawdown.credited_back import credit_facts
from ledger.domain.drawdown.crediting import (
    LINES_DIFFER,
    credited_by,
    funded,
    on_its_lines,
    parts_of,
    received,
    restored,
    spread_anew,
    taken_back,
    waiting_credits,
)
from ledger.domain.drawdown.eligibility import used_facts, with_funding
from ledger.domain.drawdown.evolve import evolve
from ledger.domain.drawdown.faults import (
    check_credit,
    check_invoice,
    check_parts,
    date_faults,
    date_flags,
    passing,
    require_carrier,
    supplier_flags,
)
from ledger.domain.drawdown.flags import beyond_flags, limit_flags, vat_flags
from ledger.domain.drawdown.found_late import matched, tied_after
from ledger.domain.drawdown.identity import Identified, double_flags, identified, replaced_flags
from ledger.domain.drawdown.judging import first_judged, taken_in, turned_again, turned_back
from ledger.domain.drawdown.moving import (
    NOWHERE,
    Held,
    answered,
    give_back,
    hold,
    places_of,
)
from ledger.domain.drawdown.payer import in_turn, payer_of
from ledger.domain.drawdown.repeated import Repeated, repeated, stand_again
from ledger.domain.drawdown.state import ADVANCE, Orders, State, named, stream
from ledger.domain.events import (
    DrawdownApproved,
    DrawdownRecorded,
    DrawdownRejected,
    DrawdownWithdrawn,
    New,
    OrderDrawn,
    OrderEvent,
    TakenBack,
)
from ledger.domain.given import Given
from ledger.domain.refusals import CreditTooLarge, DatedAhead, Invalid, RoomNotChosen


def record(command: RecordDrawdown, state: agreement.State, given: Given) -> list[New]:
    """It draws its orders' lines and waits for approval; what it exceeds becomes its flags, and
    the earlier years that it belongs to.

    Raises DuplicateInvoice, InvoiceDiffers, Replaced, Invalid, CurrencyDiffers, NotUnderAgreement,
    SupplierDiffers, NotAParty; of a credit that names its invoice also NotFound, WrongStatus,
    CreditTooLarge.
    """
    of, command = state, with_sign(command)
    orders = {part.order: order.named(given, part.order) for part in command.parts}
    anew = identified(command, _whose(command, orders, given), given)
    id = anew.id
    check_invoice(command, of, orders, date_faults(command, of, given.today))
    if not _is_payers_credit(command, given):
        require_carrier(of, orders.values(), given)
    if command.issued_on > given.today:
        raise DatedAhead(invoice=command.invoice, issued_on=command.issued_on, today=given.today)
    credited = credited_by(command, of, given)
    orders |= {name: order.named(given, name) for one in credited for name in one.orders}
    parts, said = on_its_lines(command, orders, credited)
    advances, stands = NO_ADVANCES, Repeated()
    if command.amount < 0:
        stands = repeated(command, credited, of, given)
    else:
        advances = named_advances(command.deducts, command.prepaid, of, command.supplier, given)
    orders |= orders_of(advances, given)
    days = (command.issued_on, command.issued_on, given.today)
    first = id if anew.first is None else anew.first.id
    places = NOWHERE if first == id else places_of(first, orders, given)
    buyer = _payer(command, parts, orders, given, credited)
    parts = in_turn(parts, orders, buyer)
    held = hold((id, first), parts, command.amount, days, of, orders, credited, advances, places)
    prepayment = (ADVANCE,) if command.type == PREPAYMENT else ()
    said = (*said, *stands.flags, *date_flags(command, of, credited), *vat_flags(command))
    others = (
        *supplier_flags(command.supplier, held.allocations, orders),
        *replaced_flags(command, given),
        *after_flags(command, [part.order for part in held.allocations], buyer, given),
        *double_flags(command, buyer, given),
    )
    beside = ("same-number",) if anew.beside else ()
    flags = (*prepayment, *command.flags, *said, *held.flags, *beside, *others)
    recorded = _recorded(command, anew, of.number, buyer, held, flags)
    if stands.deducts:
        recorded = replace(recorded, deducts=stands.deducts)
    there = evolve(None, recorded, command.issued_on, given.by)
    orders, of = orders_after(orders, held.facts), after(of, held.facts)
    return [
        New(stream(id), recorded, command.issued_on),
        *anew.tied(command.issued_on),
        *received(id, credited, command),
        *told(id, held.deducts, command.issued_on),
        *held.facts,
        *taken_in(there, of, orders, given.today),
    ]


def _is_payers_credit(command: RecordDrawdown, given: Given) -> bool:
    """Whether it takes back an invoice that whoever records it pays: also what of it is another
    buyer's."""
    ids = (command.credits, *command.also_credits)
    some: list[State | None] = [given.find(stream(id)) for id in ids if id is not None]
    return any(one is not None and one.buyer == given.by.organisation for one in some)


def _payer(
    command: RecordDrawdown,
    parts: Sequence[Part],
    orders: Orders,
    given: Given,
    credited: Sequence[State] = (),
) -> str:
    typed = given.by.organisation if command.source is None else ""
    made_out_to = command.made_out_to or typed
    return payer_of(parts, orders, credited, made_out_to=made_out_to, own=command.own)


def _whose(command: RecordDrawdown, orders: Orders, given: Given) -> str:
    """The buyer whose invoice it is: who pays it, or of what it credits."""
    if orders:
        return _payer(command, command.parts, orders, given)
    return "" if command.credits is None else named(given, command.credits).buyer


def _recorded(
    command: RecordDrawdown,
    anew: Identified,
    number: str,
    buyer: str,
    held: Held,
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
        allocations=held.allocations,
        taken=held.taken,
        match=command.match,
        prepaid=command.prepaid,
        rounding=command.rounding,
        deducts=held.deducts,
        vat=command.vat,
        due_on=command.due_on,
        credits=command.credits,
        room=command.room,
        text=command.text,
        source=command.source,
        flags=tuple(dict.fromkeys(flags)),
    )


def withdraw(command: WithdrawDrawdown, state: State, given: Given) -> list[New]:
    """What the invoice held is as before it came, and its number is free again; what waits to
    credit it falls with it."""
    of = agreement.named(given, state.agreement)
    gone = give_back(state, of, given, command.on, "invoice-withdrawn")
    event = DrawdownWithdrawn(reason=command.reason, flags=gone.flags)
    credits = [one.id for one in waiting_credits(state, given)]
    fallen = DrawdownWithdrawn(reason=command.reason)
    return [
        New(stream(state.id), event, command.on),
        *(New(stream(id), fallen, command.on) for id in credits),
        *untold(state, given, command.on),
        *gone.facts,
    ]


def approve(command: ApproveDrawdown, state: State, given: Given) -> list[New]:
    """The invoice counts from its issue date.

    The approver has a right both on its own day and today. Raises MayNotAttest, RoomNotChosen,
    OrderEnded, CreditTooLarge, AdvancesUnsaid, AdvanceAfterFinal, AdvanceAfterOthers; of the
    credited invoice WrongStatus.
    """
    state, of, orders, before = _said(command, state, given)
    require_approvable(state, given)
    require_apart(state, command.alike, given, apart=command.apart)
    rules = rules_of(state, given)
    room = command.room or state.room
    if state.is_credit and room is None:
        raise RoomNotChosen(drawdown=state.id)
    recorded, state = state, fitted(state, of, orders, given)
    orders = {name: orders.get(name) or order.named(given, name) for name in state.orders}
    approved = _approved(command, recorded, state, orders, rules, given)
    flags = moved_flags(recorded, state)
    facts = [New(invoice, event, command.on) for invoice, event in credit_facts(state, given)]
    facts += turned_back(state, of, orders)
    orders, of = orders_after(orders, facts), after(of, facts)
    back = named(given, state.credits) if state.credits and not state.is_credit else None
    for name, lines in by_order(first_judged(state).drawing).items():
        flags += beyond_flags(orders[name], lines) if state.is_credit else []
        again = restored(orders[name], back, state)
        change: OrderEvent = OrderDrawn(drawdown=state.id, lines=lines, restored=again)
        if state.is_credit and room is not None:
            change = order.credited(state.id, orders[name], lines, room)
        cause = "credited" if state.is_credit else "drawn"
        moved = order.with_moves(orders[name], of, change, state.issued_on, cause, state.id)
        flags += limit_flags(of, moved)
        of = after(of, moved)
        facts += moved
    drawn = replace(state, status="approved")
    facts += turned_again(drawn, of, orders_after(orders, facts))
    if state.is_credit:
        facts += told(state.id, state.deducts, command.on)
        facts += used_facts(of, state.id, state.drawing, state.issued_on)
    approved = replace(approved, flags=tuple(dict.fromkeys(flags)))
    decided = [*before, New(stream(state.id), approved, command.on), *facts]
    return decided + tied_after(command.match, named(given, state.id), decided, given)


def _said(
    command: ApproveDrawdown, state: State, given: Given
) -> tuple[State, agreement.State, dict[str, order.State], list[New]]:
    """What is to be approved, with its agreement and orders, once it is tied to the invoices that
    came after it, and once it is said what it takes back, or lets stand, of advances; the facts of
    that."""
    facts: list[New] = []
    match = command.match
    if state.is_credit and state.credits is None and match is not None and not match.absent:
        # One that its invoices have too little left for stays flagged: a person recorded it so.
        with suppress(CreditTooLarge, Invalid):
            state, facts = matched(match, state, given)
    if not state.is_credit and command.deducts is not None:
        there = answered(command.deducts, state, given, command.on)
        return there.state, there.of, there.orders, [*facts, *there.facts]
    if state.is_credit:
        state, more = stand_again(command.deducts, state, command.alike, given, command.on)
        facts = [*facts, *more]
    of = agreement.named(given, state.agreement)
    return state, of, {name: order.named(given, name) for name in state.orders}, facts


def _credited_orders(state: State, given: Given) -> dict[str, order.State]:
    """The orders of the invoices that a credit takes back: it may have to land on another of
    them."""
    invoices = (named(given, one.drawdown) for one in taken_back(state))
    return {name: order.named(given, name) for one in invoices for name in one.orders}


def fitted(state: State, of: agreement.State, orders: Orders, given: Given) -> State:
    """A credit at what its invoices have left now: others that waited beside it were approved, or
    they were judged again, and what funding covers of them is what it takes back."""
    orders = {**_credited_orders(state, given), **orders}
    some = [(one, named(given, one.drawdown)) for one in taken_back(state)]
    if not any(any(passing(one.lines, orders, credited)) for one, credited in some):
        if not state.is_credit or not some:
            return state
        days = state.issued_on, given.today
        before = [one for one, _ in some]
        taken = funded(_unjudged(before), [credited for _, credited in some], days, of, orders)
        if taken == tuple(before):
            return state
    elif len(some) == 1:
        taken = (_fitted(*some[0], state, of, orders, given),)
    else:
        taken = spread_anew(state, [credited for _, credited in some], of, orders, given.today)
    allocations = tuple(line for one in taken for line in one.lines)
    return replace(state, allocations=allocations, taken=taken if state.taken else ())


def _unjudged(taken: Sequence[TakenBack]) -> tuple[TakenBack, ...]:
    """What is taken back, without what funding covers of it."""
    return tuple(
        replace(one, lines=tuple(replace(line, funded=()) for line in one.lines)) for one in taken
    )


def moved_flags(recorded: State, fit: State) -> list[str]:
    """That a credit lands at its approval on other lines than it was recorded on, where other
    years and code strings may stand: never unseen."""
    places = [{(one.order, one.line) for one in state.allocations} for state in (recorded, fit)]
    return [] if places[0] == places[1] else [LINES_DIFFER]


def _fitted(
    taken: TakenBack,
    credited: State,
    state: State,
    of: agreement.State,
    orders: Orders,
    given: Given,
) -> TakenBack:
    parts = [
        Part(order=name, amount=sum(line.amount for line in lines))
        for name, lines in by_order(taken.lines).items()
    ]
    check_credit(taken.amount, credited)
    lines = allocate(parts, orders, credited)
    if any(passing(lines, orders, credited)):  # nor on the same orders
        amount = taken.amount if state.amount > 0 else -taken.amount
        lines = allocate(parts_of(amount, credited), orders, credited)
    check_parts(lines, orders, credited)
    lines = with_funding(lines, state.issued_on, of, orders, credited, given.today)
    return replace(taken, lines=lines)


def _approved(
    command: ApproveDrawdown,
    recorded: State,
    state: State,
    orders: Orders,
    rules: organisation.State | None,
    given: Given,
) -> DrawdownApproved:
    days = (command.on, given.today)
    mandate = mandate_of(state, orders, rules, given, days)
    # The number is that of one of the buyer's rights; a carrier's own are another's.
    own = decides_for(state, given) == state.buyer
    credits = {one.drawdown: named(given, one.drawdown) for one in taken_back(state)}
    of = next(iter(credits.values())) if len(credits) == 1 else None
    now = tuple(booked_as(orders[part.order], part.line, of) for part in state.allocations)
    if len(credits) > 1:
        now = tuple(part.code_string for part in state.allocations)
    same = now == tuple(part.code_string for part in state.allocations)
    anew = () if state.allocations == recorded.allocations else state.allocations
    return DrawdownApproved(
        room=command.room,
        note=command.note,
        right=mandate.right.number if mandate is not None and own else None,
        deputy_for=None if mandate is None else mandate.deputy_for,
        code_strings=() if same else now,
        allocations=anew,
    )


def reject(command: RejectDrawdown, state: State, given: Given) -> list[New]:
    """What the invoice held is as before it came, for every day: a wrong date leaves no trace. What
    waits to credit it falls with it."""
    of = agreement.named(given, state.agreement)
    gone = give_back(state, of, given, command.on, "invoice-rejected")
    event = DrawdownRejected(reason=command.reason, flags=gone.flags)
    credits = [one.id for one in waiting_credits(state, given)]
    fallen = DrawdownRejected(reason=command.reason)
    return [
        New(stream(state.id), event, command.on),
        *(New(stream(id), fallen, command.on) for id in credits),
        *untold(state, given, command.on),
        *gone.facts,
    ]
