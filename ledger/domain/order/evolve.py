"""What each fact of an order makes of it. Never refuses: rules live in the decisions."""

from datetime import date
from typing import assert_never

from msgspec.structs import replace

from ledger.domain.events import (
    By,
    CounterAccepted,
    CounterRejected,
    LineAmount,
    LineRecoded,
    OpeningBalanceRecorded,
    OpeningBalanceTakenBack,
    OrderCancelled,
    OrderChanged,
    OrderClosed,
    OrderConfirmed,
    OrderCountered,
    OrderCredited,
    OrderCreditTakenBack,
    OrderDeclined,
    OrderDelivered,
    OrderDrawingTakenBack,
    OrderDrawn,
    OrderEvent,
    OrderInvoiced,
    OrderInvoiceWithdrawn,
    OrderJudged,
    OrderLapsed,
    OrderLine,
    OrderPassedOn,
    OrderPlaced,
    OrderReopened,
    OrderStarted,
    SeatsAllocated,
    SeatsCancelled,
    SeatsMoved,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
)
from ledger.domain.order.anew import Apart, at_place, remembered, told_until
from ledger.domain.order.anew import told_apart as apart
from ledger.domain.order.owed import kept_without
from ledger.domain.order.plan.evolve import (
    less,
    order_cancelled,
    refitted,
    reflagged,
    seats_cancelled,
    session_cancelled,
    session_held,
    session_moved,
)
from ledger.domain.order.plan.schedule import Fee, restored_fees, to_come
from ledger.domain.order.plan.start import coded_with
from ledger.domain.order.state import (
    Approved,
    Counter,
    Credited,
    Earlier,
    Opening,
    State,
    Waiting,
    holding,
)
from ledger.domain.position import add_lines, by_line, moves, ordered
from ledger.domain.sharing import Weight


def evolve(state: State | None, event: OrderEvent, on: date, by: By) -> State:
    """The state after a fact. Never refuses: rules live in the decisions.

    Whatever it is flagged for, the order is.
    """
    after = _flagged(state, event, on, by)
    return after if state is None else remembered(state, after, event, on, by, _flagged)


def told_apart(state: State, event: OrderEvent, on: date) -> tuple[date, list[Apart]] | None:
    """What an order holds on each day without a fact that takes another back, or that comes in
    among its others, and with it."""
    return apart(state, event, on, _flagged)


def is_retold(state: State) -> bool:
    """Whether its past does not read as it was recorded."""
    return state.past is not None and state.past.retold


def as_of(state: State, day: date) -> State | None:
    """The order as of a day, as it is now told; None where it was not placed by then."""
    return told_until(state, day, _flagged)


def where_it_comes(state: State, event: OrderInvoiced) -> State:
    """The order as it was where an invoice comes in."""
    return at_place(state, event, _flagged)


def _flagged(state: State | None, event: OrderEvent, on: date, by: By) -> State:
    after = _after(state, event, on, by)
    more = tuple(flag for flag in event.flags if flag not in after.flags)
    return replace(after, flags=(*after.flags, *more)) if more else after


def _after(state: State | None, event: OrderEvent, on: date, by: By) -> State:
    if isinstance(event, OrderPlaced):
        return _placed(event, on, by)
    assert state is not None, "an order's first fact is its placing"
    if isinstance(event, OrderStarted):
        return replace(state, status="started")
    if isinstance(event, OrderDelivered):
        return replace(
            state,
            status="closed" if state.status == "closed" else "delivered",
            delivered_on=event.delivered_on or on,
            seats_used=event.seats_used,
            credits_awarded=event.credits_awarded,
            women=event.women,
            men=event.men,
        )
    if isinstance(event, SessionHeld):
        return session_held(state, event, on)
    if isinstance(event, OrderInvoiced):
        return _invoiced(state, event, on)
    if isinstance(event, OrderInvoiceWithdrawn):
        return _invoice_withdrawn(state, event, on)
    if isinstance(event, OrderDrawn):
        return _drawn(state, event, on)
    if isinstance(event, OrderJudged):
        held = state.drawn if event.drawn else state.pending
        anew = add_lines(add_lines(held, event.before, -1), event.lines)
        return replace(state, drawn=anew) if event.drawn else replace(state, pending=anew)
    state = replace(state, moved_on=max(state.moved_on, on))
    match event:
        case OrderConfirmed():
            return replace(
                state,
                status="confirmed",
                confirmed_on=on,
                confirmation=event.reference,
                confirmation_flags=event.flags,
                letter=event.letter,
            )
        case OrderDeclined():
            over = (*state.passed_over, *event.passed_over)
            return replace(
                state,
                status="declined",
                counter=None,
                reason=event.reason,
                passed_over=over,
                letter=event.letter,
            )
        case CounterRejected():
            over = (*state.passed_over, *event.passed_over)
            return replace(
                state, status="declined", counter=None, reason=event.reason, passed_over=over
            )
        case OrderLapsed():
            over = (*state.passed_over, *event.passed_over)
            return replace(state, status="lapsed", passed_over=over)
        case OrderPassedOn():
            return _passed_on(state, event, on)
        case OrderCountered():
            return _countered(state, event, on)
        case CounterAccepted():
            return _altered(_counter_accepted(state, event, on), by)
        case OrderChanged():
            return _altered(_changed(state, event), by)
        case LineRecoded():
            return _recoded(state, event, by)
        case SeatsCancelled():
            return seats_cancelled(state, event, on)
        case OrderCancelled():
            return order_cancelled(state, event, on)
        case OrderClosed():
            return replace(
                state,
                status="closed",
                counter=None,
                reason=event.reason,
                closed_from=state.status,
                closed_on=on,
            )
        case OrderReopened():
            status = state.closed_from or "confirmed"
            flags = tuple(dict.fromkeys((*state.flags, *event.flags)))
            reopened = replace(state, closed_from=None, closed_on=None, flags=flags)
            return replace(reopened, status=status, reason="")
        case SeatsAllocated():
            return replace(state, allocated=event.seats, flags=reflagged(state.flags, event.flags))
        case SeatsMoved():
            return replace(
                state,
                allocated=_given(state.allocated, event),
                flags=reflagged(state.flags, event.flags),
            )
        case SessionMoved():
            return session_moved(state, event)
        case SessionCancelled():
            return session_cancelled(state, event, on)
        case OrderDrawingTakenBack():
            return _drawing_taken_back(state, event, on)
        case OrderCredited():
            return _credited(state, event)
        case OrderCreditTakenBack():
            return _credit_taken_back(state, event)
        case OpeningBalanceRecorded():
            return _opened(state, event, on, by)
        case OpeningBalanceTakenBack():
            return replace(state, drawn=add_lines(state.drawn, event.lines, -1), opening=None)
        case _:
            assert_never(event)


def _without(state: State, drawdown: str) -> tuple[Waiting, ...]:
    return tuple(one for one in state.waiting if one.drawdown != drawdown)


def _placed(event: OrderPlaced, on: date, by: By) -> State:
    days, last = event.answer_days, event.respond_by
    if days is None and last is not None:
        days = (last - event.ordered_on).days
    return State(
        agreement=event.agreement,
        number=event.number,
        buyer=event.buyer,
        supplier=event.supplier,
        currency=event.currency,
        course=event.course,
        lines=event.lines,
        ordered_on=event.ordered_on,
        placed_by=by.person,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        respond_by=last,
        answer_days=days,
        counts_seats=event.counts_seats,
        unit=event.unit,
        challenge=event.challenge,
        reference=event.reference,
        credits=event.credits,
        seats=event.seats,
        flags=event.flags,
        moved_on=on,
        split=event.split,
        passed_over=event.passed_over,
        award=event.award,
        allocated=event.split.parts if event.split and event.split.method == "seats" else (),
        programme=event.programme,
        round=event.round,
        free_seats=event.free_seats,
        minimum_seats=event.minimum_seats,
        sessions=to_come(event.sessions),
        instalments=event.instalments,
    )


def _passed_on(state: State, event: OrderPassedOn, on: date) -> State:
    before = Earlier(supplier=event.giver, status=state.status, reason=state.reason, until=on)
    return replace(
        state,
        status="placed",
        supplier=event.supplier,
        respond_by=event.respond_by,
        reason="",
        letter="",
        flags=reflagged(state.flags, event.flags),
        earlier=(*state.earlier, before),
        passed_over=(*state.passed_over, *event.passed_over),
    )


def _given(allocated: tuple[Weight, ...], event: SeatsMoved) -> tuple[Weight, ...]:
    more = less(allocated, event.receiver, -event.seats)
    return less(more, event.giver, event.seats)


def _altered(state: State, by: By) -> State:
    return replace(state, altered_by=tuple(dict.fromkeys((*state.altered_by, by.person))))


def _recoded(state: State, event: LineRecoded, by: By) -> State:
    """Also in an open counter-offer: taking it does not bring the old coding back."""
    counter = state.counter
    if counter is not None:
        counter = replace(counter, lines=_recoded_lines(counter.lines, event))
    coded_by = (*state.coded_by, (event.line, by.person))
    return replace(
        state,
        lines=_recoded_lines(state.lines, event),
        counter=counter,
        coded_by=tuple(dict.fromkeys(coded_by)),
    )


def _recoded_lines(lines: tuple[OrderLine, ...], event: LineRecoded) -> tuple[OrderLine, ...]:
    return tuple(
        replace(
            line,
            codes=event.codes,
            code_string=event.code_string,
            cost_centre=event.cost_centre,
        )
        if line.number == event.line
        else line
        for line in lines
    )


def _countered(state: State, event: OrderCountered, on: date) -> State:
    offer = Counter(
        lines=event.lines,
        reason=event.reason,
        seats=event.seats,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        offered_on=on,
    )
    credited = tuple(replace(one, offer_reduced=()) for one in state.credited)
    return replace(
        state,
        status="countered",
        counter=offer,
        letter=event.letter,
        flags=reflagged(state.flags, event.flags),
        credited=credited,
    )


def _counter_accepted(state: State, event: CounterAccepted, on: date) -> State:
    offer = state.counter
    assert offer is not None, "an accepted counter-offer was made before"
    after = replace(
        state,
        status="confirmed",
        confirmed_on=on,
        confirmation=event.reference,
        confirmation_flags=event.flags,
        lines=offer.lines,
        seats=offer.seats if offer.seats is not None else state.seats,
        starts_on=offer.starts_on or state.starts_on,
        ends_on=offer.ends_on or state.ends_on,
        counter=None,
        allocated=event.allocated or state.allocated,
        credited=tuple(
            replace(one, reduced=one.offer_reduced, offer_reduced=()) for one in state.credited
        ),
    )
    return refitted(after)


def _changed(state: State, event: OrderChanged) -> State:
    sessions = state.sessions
    if event.sessions is not None:
        settled = (one for one in sessions if one.status != "planned")
        sessions = tuple(sorted((*settled, *to_come(event.sessions)), key=lambda one: one.number))
    after = replace(
        state,
        lines=event.lines,
        seats=event.seats,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        flags=reflagged(state.flags, event.flags),
        free_seats=state.free_seats if event.free_seats is None else event.free_seats,
        minimum_seats=state.minimum_seats if event.minimum_seats is None else event.minimum_seats,
        sessions=sessions,
        instalments=state.instalments if event.instalments is None else event.instalments,
        allocated=event.allocated or state.allocated,
        coded_by=coded_with(state.coded_by, state.lines, event.lines),
    )
    if event.lines != state.lines:  # typed anew, they are what no credit has reduced
        after = replace(after, credited=tuple(replace(one, reduced=()) for one in state.credited))
    return refitted(after)


def _invoiced(state: State, event: OrderInvoiced, on: date) -> State:
    after = replace(
        state,
        pending=add_lines(state.pending, event.lines),
        invoices=(*state.invoices, event.drawdown),
    )
    moved = moves(holding(state), holding(after))
    waits = Waiting(drawdown=event.drawdown, since=on, moves=moved)
    return replace(after, waiting=(*state.waiting, waits))


def _drawn(state: State, event: OrderDrawn, on: date) -> State:
    after = replace(
        state,
        pending=add_lines(state.pending, event.lines, -1),
        drawn=add_lines(state.drawn, event.lines),
        waiting=_without(state, event.drawdown),
        lines=_restored(state.lines, event.restored),
    )
    after = refitted(after) if event.restored else after
    waited = state.waits(event.drawdown)
    if waited is None or event.restored:  # of an earlier version; or what changes the order itself
        after = replace(after, moved_on=max(state.moved_on, on))
    if waited is None:
        return after
    moved = moves(holding(state), holding(after))
    one = Approved(drawdown=event.drawdown, since=on, moves=moved, waited=waited)
    return replace(after, approved=(*state.approved, one))


def _drawing_taken_back(state: State, event: OrderDrawingTakenBack, on: date) -> State:
    """It waits as before it was approved. Earlier versions let it wait from the day of that."""
    one = state.approval(event.drawdown)
    waits = Waiting(drawdown=event.drawdown, since=on)
    if one is not None and one.since == on:
        waits = one.waited
    after = replace(
        state,
        pending=add_lines(state.pending, event.lines),
        drawn=add_lines(state.drawn, event.lines, -1),
        waiting=(*state.waiting, waits),
        approved=tuple(other for other in state.approved if other is not one),
        lines=_reduced(state.lines, event.restored),
    )
    return refitted(after) if event.restored else after


def _invoice_withdrawn(state: State, event: OrderInvoiceWithdrawn, on: date) -> State:
    """As before it came; also what stayed of the order, where it was cancelled meanwhile."""
    waits = state.waits(event.drawdown)
    # Earlier versions took it back from the day of the decision.
    late = waits is None or on != waits.since
    after = replace(
        state,
        pending=add_lines(state.pending, event.lines, -1),
        invoices=tuple(id for id in state.invoices if id != event.drawdown),
        waiting=_without(state, event.drawdown),
        moved_on=max(state.moved_on, on) if late else state.moved_on,
    )
    if event.kept is None or state.uncancelled is None:  # as of a day before it was cancelled
        return after
    before, _ = kept_without(state, event.lines)
    before = replace(before, invoices=tuple(id for id in before.invoices if id != event.drawdown))
    return refitted(_kept(replace(after, uncancelled=before), event.kept, event.fee))


def _kept(state: State, lines: tuple[OrderLine, ...], fee: int | None) -> State:
    """A cancelled order with other lines than had stayed of it, and another fee."""
    assert state.uncancelled is not None, "it was cancelled"
    *others, whole = state.cancellations
    released = ordered(state.uncancelled.lines) - ordered(lines)
    whole = replace(whole, fee=whole.fee if fee is None else fee, released=released)
    return replace(state, lines=lines, cancellations=(*others, whole))


def _credited(state: State, event: OrderCredited) -> State:
    offer = state.counter
    if offer is not None:
        offer = replace(offer, lines=_reduced(offer.lines, event.offer_reduced))
    after = replace(
        state,
        drawn=add_lines(state.drawn, event.lines),
        lines=_reduced(state.lines, event.reduced),
        counter=offer,
        fees=_less_fees(state, event),
        invoices=(*state.invoices, event.drawdown),
    )
    if after.uncancelled is not None:
        reduced = add_lines(after.uncancelled.reduced, event.reduced)
        after = replace(after, uncancelled=replace(after.uncancelled, reduced=reduced))
    after = refitted(after)
    beyond = event.room == "cap" and sum(part.amount for part in state.drawn) > state.amount
    one = Credited(
        drawdown=event.drawdown,
        before=state.plan,
        after=after.plan,
        reduced=event.reduced,
        offer_reduced=event.offer_reduced,
        beyond=beyond,
        drawn=tuple(invoice.drawdown for invoice in state.approved) if beyond else (),
    )
    return replace(after, credited=(*state.credited, one))


def _credit_taken_back(state: State, event: OrderCreditTakenBack) -> State:
    """As before it was approved; what follows the lines to the öre, where it is as it left it."""
    one = next((one for one in state.credited if one.drawdown == event.drawdown), None)
    offer = state.counter
    if offer is not None:
        offer = replace(offer, lines=_restored(offer.lines, event.offer_restored))
    after = replace(
        state,
        drawn=add_lines(state.drawn, event.lines, -1),
        lines=_restored(state.lines, event.restored),
        counter=offer,
        invoices=tuple(id for id in state.invoices if id != event.drawdown),
        credited=tuple(other for other in state.credited if other is not one),
    )
    before = state.uncancelled
    if before is not None and event.kept is None:
        reduced = add_lines(before.reduced, event.restored, -1)
        after = replace(after, uncancelled=replace(before, reduced=reduced))
    elif before is not None and event.kept is not None:
        before, _ = kept_without(state, event.lines, event.restored)
        left = tuple(id for id in before.invoices if id != event.drawdown)
        after = replace(after, uncancelled=replace(before, invoices=left))
        after = _kept(after, event.kept, event.fee)
    if one is not None and state.plan == one.after and event.kept is None:
        plan = one.before
        return replace(after, sessions=plan.sessions, instalments=plan.instalments, fees=plan.fees)
    if one is not None:
        fees = restored_fees(state.fees, one.before.fees, one.after.fees)
        after = replace(after, fees=fees)
    return refitted(after)


def _opened(state: State, event: OpeningBalanceRecorded, on: date, by: By) -> State:
    opening = Opening(
        lines=event.lines,
        on=event.dated or on,
        recorded_by=by.person,
        evidence=event.evidence,
        source=event.source,
    )
    return replace(state, drawn=add_lines(state.drawn, event.lines), opening=opening)


def _restored(lines: tuple[OrderLine, ...], by: tuple[LineAmount, ...]) -> tuple[OrderLine, ...]:
    more = by_line(by)
    return tuple(replace(line, amount=line.amount + more.get(line.number, 0)) for line in lines)


def _less_fees(state: State, event: OrderCredited) -> tuple[Fee, ...]:
    """Fees that a credit takes out of the order: after all else that is invoiced of their line."""
    invoiced = by_line((*state.drawn, *state.pending))
    fees = state.fees
    for line, reduced in by_line(event.reduced).items():
        whole = sum(fee.amount for fee in fees if fee.line == line)
        paid = min(whole, max(0, invoiced.get(line, 0)))
        less = max(0, reduced - (invoiced.get(line, 0) - paid))
        left: list[Fee] = []
        for fee in reversed(fees):
            taken = min(less, fee.amount) if fee.line == line else 0
            less -= taken
            if fee.amount > taken:
                left.insert(0, replace(fee, amount=fee.amount - taken))
        fees = tuple(left)
    return fees


def _reduced(lines: tuple[OrderLine, ...], by: tuple[LineAmount, ...]) -> tuple[OrderLine, ...]:
    less = by_line(by)
    return tuple(
        replace(line, amount=max(0, line.amount - less[line.number]))
        if line.number in less
        else line
        for line in lines
    )
